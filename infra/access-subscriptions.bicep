targetScope = 'subscription'

metadata description = 'Lets the app read, and where wanted change, some subscriptions. Deploy it to the subscription of the app.'

@description('Name of the deployment, as for main.bicep: role names are unique in a tenant.')
@minLength(1)
@maxLength(20)
param environmentName string

@description('Ids of the watched subscriptions, separated by commas.')
@minLength(36)
param subscriptions string

@description('Output READER_PRINCIPAL_ID of main.bicep.')
param readerPrincipalId string

@description('Output REMEDIATOR_PRINCIPAL_ID of main.bicep.')
param remediatorPrincipalId string = ''

@description('The setting PORTCULLIS_REMEDIATION_SCOPES: ids of what may be changed, separated by commas. Empty: nothing may.')
param remediationScopes string = ''

var home = subscription().id
var readerRole = loadJsonContent('roles/reader.json')
var remediatorRole = loadJsonContent('roles/remediator.json')
var changed = filter(split(replace(remediationScopes, ' ', ''), ','), id => !empty(id))
var changedGroups = filter(changed, id => contains(toLower(id), '/resourcegroups/'))
var changedSubscriptions = filter(changed, id => startsWith(toLower(id), '/subscriptions/') && !contains(toLower(id), '/resourcegroups/'))
var watched = split(replace(subscriptions, ' ', ''), ',')
var scopes = union([
  home
], map(watched, id => '/subscriptions/${id}'))

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
    assignableScopes: scopes
  }
}

module reading 'modules/subscription-access.bicep' = [for id in watched: {
  name: 'portcullis-reading-${uniqueString(id)}'
  scope: subscription(id)
  params: {
    roleDefinitionName: reader.name
    principalId: readerPrincipalId
  }
}]

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
    assignableScopes: scopes
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
