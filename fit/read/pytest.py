"""Reads tests and their markers from Python sources, without running any of them.

Standard input: {"files": {path: text}, "tests": [path], "functions": [prefix], "classes": [prefix]}. Texts of `files` that are no tests are there
to be imported from. Standard output: {"python": "3.11", "cases": [...], "uses": [...], "registered": [...], "faults": [...]}.

Markers are followed as pytest applies them (docs.pytest.org/en/stable/how-to/mark.html): `pytestmark` of the module and of the class, decorators of
the class and of the function, and `marks=` of a parametrisation, also where its values are a name of the module or of another one.
"""

import ast
import gc
import itertools
import json
import re
import sys
import warnings

# A chain of names that leads nowhere, or in a circle, ends here.
MAX_DEPTH = 8
# More combinations than these say nothing new.
MAX_CASES = 64
MARK = re.compile(r"\bmark\s*\.")


class Module:
    def __init__(self, path, tree, program):
        self.path = path
        self.tree = tree
        self.program = program
        self.values = {}
        self.imports = {}
        for node in statements(tree.body):
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    self.imports[alias.asname or alias.name] = (node.module or "", alias.name, node.level)
        for node in tree.body:
            for target, value in assigned(node):
                self.values.setdefault(target, []).append(value)

    def look_up(self, name):
        """Values that a name may have, each with the module in which it is written."""
        if name in self.values:
            return [(value, self) for value in self.values[name]]
        if name in self.imports:
            module, original, level = self.imports[name]
            other = self.program.imported(self.path, module, level)
            if other is not None and original in other.values:
                return [(value, other) for value in other.values[original]]
        return []


def statements(body):
    """Statements of a module, with those in its branches and without those in functions and classes."""
    for node in body:
        yield node
        if isinstance(node, (ast.If, ast.Try, ast.With, ast.ExceptHandler)):
            yield from statements(ast.iter_child_nodes(node))


def assigned(node):
    """Names that a statement gives values to: also by `+=`, `.append(...)` and `.update(...)`, and in branches."""
    if isinstance(node, ast.Assign):
        return [(target.id, node.value) for target in node.targets if isinstance(target, ast.Name)]
    if isinstance(node, (ast.AnnAssign, ast.AugAssign)) and isinstance(node.target, ast.Name) and node.value is not None:
        return [(node.target.id, node.value)]
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Attribute):
        owner = node.value.func.value
        if isinstance(owner, ast.Name) and node.value.func.attr in ("append", "extend", "update"):
            return [(owner.id, argument) for argument in node.value.args]
    if isinstance(node, (ast.If, ast.Try, ast.For, ast.With)):
        inner = list(ast.iter_child_nodes(node))
        return [pair for child in inner for pair in assigned(child)]
    if isinstance(node, ast.ExceptHandler):
        return [pair for child in node.body for pair in assigned(child)]
    return []


def mark_name(node):
    """The name of `pytest.mark.NAME`, or None."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute) and node.value.attr == "mark":
        return node.attr
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "mark":
        return node.attr
    return None


def is_fixture(function):
    """pytest takes no fixture for a test, whatever it is called."""
    called = [each.func if isinstance(each, ast.Call) else each for each in function.decorator_list]
    return any((each.attr if isinstance(each, ast.Attribute) else getattr(each, "id", "")) == "fixture" for each in called)


def text_of(node):
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


class Marks:
    """What one decorator or `pytestmark` adds: markers that every case has, and alternatives of which each case has one."""

    def __init__(self):
        self.always = set()
        self.either = []

    def add(self, other):
        self.always |= other.always
        self.either += other.either


def marks_of(node, module, depth=0):
    found = Marks()
    if depth > MAX_DEPTH or node is None:
        return found
    if isinstance(node, ast.Call):
        name = mark_name(node.func)
        if name == "parametrize":
            found.always.add(name)
            values = list(node.args[1:]) + [keyword.value for keyword in node.keywords if keyword.arg == "argvalues"]
            alternatives = [case for value in values for case in cases_in(value, module, depth + 1)]
            if any(alternatives):
                found.either.append(alternatives)
            return found
        if name is not None:
            found.always.add(name)
            return found
        # A helper that decorates: what it returns is not known, what it is given is.
        for argument in node.args:
            found.add(marks_of(argument, module, depth + 1))
        return found
    name = mark_name(node)
    if name is not None:
        found.always.add(name)
    elif isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        for element in node.elts:
            found.add(marks_of(element, module, depth + 1))
    elif isinstance(node, ast.Starred):
        found.add(marks_of(node.value, module, depth + 1))
    elif isinstance(node, ast.BinOp):
        found.add(marks_of(node.left, module, depth + 1))
        found.add(marks_of(node.right, module, depth + 1))
    elif isinstance(node, ast.IfExp):
        found.add(marks_of(node.body, module, depth + 1))
        found.add(marks_of(node.orelse, module, depth + 1))
    elif isinstance(node, ast.Name):
        for value, owner in module.look_up(node.id):
            found.add(marks_of(value, owner, depth + 1))
    return found


def cases_in(node, module, depth):
    """Marker sets of the values of a parametrisation; one without any stands for all values that bring none."""
    if depth > MAX_DEPTH or node is None:
        return []
    if isinstance(node, ast.Call):
        marks = [keyword.value for keyword in node.keywords if keyword.arg in ("marks", "marker", "markers")]
        if marks:
            found = Marks()
            for each in marks:
                found.add(marks_of(each, module, depth + 1))
            return [frozenset(found.always)]
        if isinstance(node.func, ast.Attribute) and node.func.attr == "param":
            return [frozenset()]
        inner = list(node.args) + [keyword.value for keyword in node.keywords]
        return [case for argument in inner for case in cases_in(argument, module, depth + 1) if case] or [frozenset()]
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return [case for element in node.elts for case in (cases_in(element, module, depth + 1) or [frozenset()])]
    if isinstance(node, ast.Dict):
        return [case for value in node.values for case in (cases_in(value, module, depth + 1) or [frozenset()])]
    if isinstance(node, (ast.Starred, ast.Attribute, ast.Subscript)):
        return cases_in(node.value, module, depth + 1)
    if isinstance(node, (ast.ListComp, ast.GeneratorExp, ast.SetComp)):
        own = [case for case in cases_in(node.elt, module, depth + 1) if case]
        return own or [case for part in node.generators for case in cases_in(part.iter, module, depth + 1)]
    if isinstance(node, ast.BinOp):
        return cases_in(node.left, module, depth + 1) + cases_in(node.right, module, depth + 1)
    if isinstance(node, ast.Name):
        return [case for value, owner in module.look_up(node.id) for case in cases_in(value, owner, depth + 1)]
    return []


class Program:
    def __init__(self, request):
        self.sources = request["files"]
        self.functions = tuple(request["functions"])
        self.classes = tuple(request["classes"])
        self.modules = {}
        self.by_tail = {}
        for path in self.sources:
            parts = path[: -len(".py")].split("/")
            if parts[-1] == "__init__":
                parts.pop()
            if parts:
                self.by_tail.setdefault(parts[-1], []).append((parts, path))
        self.faults = []
        self.cases = []
        self.uses = []
        self.registered = set()

    def module(self, path):
        if path not in self.modules:
            self.modules[path] = self.parsed(path)
        return self.modules[path]

    def parsed(self, path):
        try:
            return Module(path, ast.parse(self.sources[path]), self)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            self.faults.append({"path": path, "line": getattr(error, "lineno", None), "message": getattr(error, "msg", None) or str(error)})
            return None

    def imported(self, path, module, level):
        """The module that an import names: relative to the file, or one whose path ends so."""
        named = module.split(".") if module else []
        if level > 0:
            named = path.split("/")[:-level] + named
        for parts, known in self.by_tail.get(named[-1], []) if named else []:
            if parts == named or (level == 0 and parts[-len(named) :] == named):
                return self.module(known)
        return None

    def read_test(self, path):
        module = self.module(path)
        if module is None:
            return
        own = Marks()
        for value in module.values.get("pytestmark", []):
            own.add(marks_of(value, module))
        self.collect(module, module.tree.body, own, "")

    def collect(self, module, body, outer, prefix):
        for node in body:
            if isinstance(node, ast.ClassDef) and node.name.startswith(self.classes):
                inner = Marks()
                inner.add(outer)
                for decorator in node.decorator_list:
                    inner.add(marks_of(decorator, module))
                for statement in node.body:
                    for target, value in assigned(statement):
                        if target == "pytestmark":
                            inner.add(marks_of(value, module))
                self.collect(module, node.body, inner, prefix + node.name + "::")
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name.startswith(self.functions) and not is_fixture(node):
                marks = Marks()
                marks.add(outer)
                for decorator in node.decorator_list:
                    marks.add(marks_of(decorator, module))
                for markers in combinations(marks):
                    self.cases.append({"path": module.path, "line": node.lineno, "name": prefix + node.name, "markers": sorted(markers)})
            elif isinstance(node, (ast.If, ast.Try, ast.With)):
                self.collect(module, [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt)], outer, prefix)

    def read_uses(self, path):
        module = self.module(path)
        if module is None:
            return
        # Walking a whole tree takes longer than parsing it, so only statements are walked that a search of the text points at.
        lines = [number for number, line in enumerate(self.sources[path].split("\n"), 1) if MARK.search(line)]
        for statement in module.tree.body:
            first = min([statement.lineno, *(each.lineno for each in getattr(statement, "decorator_list", []))])
            if any(first <= line <= statement.end_lineno for line in lines):
                for node in ast.walk(statement):
                    name = mark_name(node)
                    if name is not None:
                        self.uses.append({"marker": name, "path": path, "line": node.lineno})

    def read_conftest(self, path):
        """Texts behind `addinivalue_line("markers", ...)`: there, or in the lists that the function goes through."""
        module = self.module(path) if "addinivalue_line" in self.sources[path] else None
        if module is None:
            return
        for function in (node for node in ast.walk(module.tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))):
            calls = [node for node in ast.walk(function) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "addinivalue_line"]
            for call in (each for each in calls if each.args and text_of(each.args[0]) == "markers"):
                direct = text_of(call.args[1]) if len(call.args) > 1 else None
                texts = [direct] if direct is not None else [text_of(node) for node in ast.walk(function)]
                self.registered |= {text.split(":")[0].split("(")[0].strip() for text in texts if text and (direct is not None or ":" in text)}


def combinations(marks):
    """Each set of markers that a case of the test has."""
    found = {frozenset(marks.always | set().union(*chosen)) for chosen in itertools.islice(itertools.product(*marks.either), MAX_CASES * MAX_CASES)}
    return sorted(found, key=sorted)[:MAX_CASES]


def main():
    warnings.simplefilter("ignore")
    # Nothing is freed before the end, so looking for what could be is half of the time.
    gc.disable()
    request = json.load(sys.stdin)
    program = Program(request)
    for path in request["tests"]:
        program.read_test(path)
    for path in sorted(request["files"]):
        name = path.rsplit("/", 1)[-1]
        if name == "conftest.py":
            program.read_conftest(path)
        if name == "conftest.py" or path in request["tests"]:
            program.read_uses(path)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    faults = {fault["path"]: fault for fault in program.faults}
    json.dump({"python": version, "cases": program.cases, "uses": program.uses, "registered": sorted(program.registered), "faults": list(faults.values())}, sys.stdout)


main()
