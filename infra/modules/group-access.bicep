metadata description = 'Gives an identity a custom role on one resource group.'

@description('Name (a GUID) of the role definition, which may be assigned here.')
param roleDefinitionName string

@description('Object id of the identity.')
param principalId string

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(resourceGroup().id, principalId, roleDefinitionName)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleDefinitionName)
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}
