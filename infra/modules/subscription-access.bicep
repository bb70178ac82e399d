targetScope = 'subscription'

metadata description = 'Gives an identity a custom role on one subscription.'

@description('Name (a GUID) of the role definition, which may be assigned here.')
param roleDefinitionName string

@description('Object id of the identity.')
param principalId string

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(subscription().id, principalId, roleDefinitionName)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleDefinitionName)
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}
