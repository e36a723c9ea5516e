/** Questions to Azure about what may not be there yet. */

/** How Azure finds a cluster. */
export interface ClusterNames {
  readonly resourceGroupName: string;
  readonly resourceName: string;
}

/** The answer; undefined where Azure knows no such thing. @throws whatever else the question throws */
export async function unlessMissing<Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await ask();
  } catch (error) {
    // Codes of Azure Resource Manager: ResourceNotFound, ParentResourceNotFound, ResourceGroupNotFound, NotFound.
    if (/\b404\b|NotFound\b/.test(String(error))) return undefined;
    throw error;
  }
}
