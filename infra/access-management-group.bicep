targetScope = 'managementGroup'

metadata description = 'Lets the app read, and where wanted change, every subscription of a management group.'

@description('Name of the deployment, as for main.bicep: role names are unique in a tenant.')
@minLength(1)
@maxLength(20)
param environmentName string

@description('Output READER_PRINCIPAL_ID of main.bicep.')
param readerPrincipalId string

@description('Output REMEDIATOR_PRINCIPAL_ID of main.bicep.')
param remediatorPrincipalId string = ''

@description('The setting PORTCULLIS_REMEDIATION_SCOPES: ids of what may be changed, separated by commas. Empty: nothing may.')
param remediationScopes string = ''

var home = managementGroup().id
var readerRole = loadJsonContent('roles/reader.json')
var remediatorRole = loadJsonContent('roles/remediator.json')
var changed = filter(split(replace(remediationScopes, ' ', ''), ','), id => !empty(id))
var changedGroups = filter(changed, id => contains(toLower(id), '/resourcegroups/'))
var changedSubscriptions = filter(changed, id => startsWith(toLower(id), '/subscriptions/') && !contains(toLower(id), '/resourcegroups/'))
var changedManagementGroups = filter(changed, id => startsWith(toLower(id), '/providers/'))

resource reader 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(home, environmentName, 'reader')
  properties: {
    roleName: 'Portcullis Reader (${environmentName})'
    description: readerRole.description
    type: 'CustomRole'
    permissions: [
      {
        actions: readerRole.actions
      }
    ]
    assignableScopes: [
      home
    ]
  }
}

module reading 'modules/management-group-access.bicep' = {
  name: 'portcullis-reading'
  params: {
    roleDefinitionId: reader.id
    principalId: readerPrincipalId
  }
}

resource remediator 'Microsoft.Authorization/roleDefinitions@2022-04-01' = if (!empty(changed)) {
  name: guid(home, environmentName, 'remediator')
  properties: {
    roleName: 'Portcullis Remediator (${environmentName})'
    description: remediatorRole.description
    type: 'CustomRole'
    permissions: [
      {
        actions: remediatorRole.actions
      }
    ]
    assignableScopes: [
      home
    ]
  }
}

module changingSubscriptions 'modules/subscription-access.bicep' = [for id in changedSubscriptions: {
  name: 'portcullis-changing-${uniqueString(id)}'
  scope: subscription(split(id, '/')[2])
  params: {
    roleDefinitionName: remediator.name
    principalId: remediatorPrincipalId
  }
}]

module changingGroups 'modules/group-access.bicep' = [for id in changedGroups: {
  name: 'portcullis-changing-${uniqueString(id)}'
  scope: resourceGroup(split(id, '/')[2], split(id, '/')[4])
  params: {
    roleDefinitionName: remediator.name
    principalId: remediatorPrincipalId
  }
}]

module changingManagementGroups 'modules/management-group-access.bicep' = [for id in changedManagementGroups: {
  name: 'portcullis-changing-${uniqueString(id)}'
  scope: managementGroup(last(split(id, '/')))
  params: {
    roleDefinitionId: remediator.id
    principalId: remediatorPrincipalId
  }
}]
