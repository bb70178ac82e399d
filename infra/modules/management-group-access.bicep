targetScope = 'managementGroup'

metadata description = 'Gives an identity a custom role on one management group.'

@description('Resource id of the role definition.')
param roleDefinitionId string

@description('Object id of the identity.')
param principalId string

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(managementGroup().id, principalId, roleDefinitionId)
  properties: {
    roleDefinitionId: roleDefinitionId
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}
