// Pulumi's GitHub provider, built from its own parts: the Terraform provider behind Pulumi's bridge, with the settings of the plugin that Pulumi
// publishes for @pulumi/github (github.com/pulumi/pulumi-github, provider/resources.go), whose module no Go proxy serves. Its type tokens follow from
// the names of the Terraform provider's resources; test/sandbox/plugins holds them, and what is a list, to the types of @pulumi/github.
package main

import (
	"github.com/integrations/terraform-provider-github/v6/github"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
)

// Version of @pulumi/github for which the plugin stands; the build sets it.
var Version string

func main() {
	tfbridge.Main("github", Version, provider(), []byte("{}"))
}

func provider() tfbridge.ProviderInfo {
	replaced := tfbridge.ResourceInfo{Fields: map[string]*tfbridge.SchemaInfo{"selected_repository_ids": {ForceNew: tfbridge.True()}}}
	deletedFirst := tfbridge.ResourceInfo{DeleteBeforeReplace: true}
	info := tfbridge.ProviderInfo{
		P:       shim.NewProvider(github.NewProvider(Version, "")()),
		Name:    "github",
		Version: Version,
		Config: map[string]*tfbridge.SchemaInfo{
			"base_url": {Default: &tfbridge.DefaultInfo{EnvVars: []string{"GITHUB_BASE_URL"}, Value: "https://api.github.com/"}},
			"token":    {Default: &tfbridge.DefaultInfo{EnvVars: []string{"GITHUB_TOKEN"}}, Secret: tfbridge.True()},
		},
		Resources: map[string]*tfbridge.ResourceInfo{
			// The Terraform provider made it a list of one after @pulumi/github had published it as a list, which stays one within a major version.
			"github_repository_environment": {Fields: map[string]*tfbridge.SchemaInfo{"reviewers": {MaxItemsOne: tfbridge.False()}}},
		},
		EnableZeroDefaultSchemaVersion: true,
		EnableAccurateBridgePreview:    true,
		EnableRawStateDelta:            true,
	}
	for _, name := range []string{"github_actions_organization_secret", "github_codespaces_organization_secret", "github_dependabot_organization_secret"} {
		resource := replaced
		info.Resources[name] = &resource
	}
	for _, name := range []string{
		"github_actions_environment_secret", "github_repository_collaborator", "github_repository_deploy_key", "github_repository_autolink_reference",
	} {
		resource := deletedFirst
		info.Resources[name] = &resource
	}
	info.MustComputeTokens(tokens.SingleModule("github_", "index", tokens.MakeStandard("github")))
	info.SetAutonaming(255, "-")
	return info
}
