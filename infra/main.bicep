targetScope = 'subscription'

metadata description = 'Portcullis: the Functions app and all that stands beside it, in one resource group.'

@description('Names the deployment: part of every name and of the tag azd-env-name. One tenant may hold several.')
@minLength(1)
@maxLength(20)
param environmentName string

@description('Region of the resource group and of everything in it; one that offers Flex Consumption.')
param location string

@description('Settings that differ from settings.json, by their names (docs/settings.md). What is empty keeps its default.')
param settings object = {}

@description('Address of the Teams flow. It is kept in a key vault; without one nobody is told.')
@secure()
param teamsWebhookUrl string = ''

@description('Resource ids of the storage accounts with audit logs of Bastions, separated by commas.')
param bastionLogAccountIds string = ''

@description('Application (client) id of the app registration that people sign in with. Without one there is no sign-in, and the dashboard refuses everybody.')
param signInClientId string = ''

@description('Address that alerts are mailed to. Without one they stand in the portal alone.')
param alertEmail string = ''

@description('A sweep is late when none has ended for so many hours. Let it be more than the time between two sweeps.')
@minValue(1)
@maxValue(47)
param sweepLateAfterHours int = 9

@description('How often storage is kept. What keeps it in several zones is not offered by every region.')
@allowed([
  'Standard_LRS'
  'Standard_ZRS'
])
param storageRedundancy string = 'Standard_ZRS'

@description('Memory of an instance in MB.')
@allowed([
  512
  2048
  4096
])
param instanceMemoryMB int = 2048

@description('Most instances that may run at once.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Instances of the function that takes events, and of the pages, that are kept warm. They cost money while idle.')
@minValue(0)
@maxValue(20)
param alwaysReadyInstances int = 0

@description('Days for which logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 90

var token = uniqueString(subscription().id, environmentName, location)
var tags = {
  'azd-env-name': environmentName
}
var logAccountIds = filter(split(replace(bastionLogAccountIds, ' ', ''), ','), id => !empty(id))
var given = toObject(filter(items(settings), one => !empty(one.value)), one => one.key, one => one.value)

resource group 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: 'rg-portcullis-${environmentName}'
  location: location
  tags: tags
}

module identities 'modules/identities.bicep' = {
  name: 'identities'
  scope: group
  params: {
    location: location
    tags: tags
    token: token
  }
}

module storage 'modules/storage.bicep' = {
  name: 'storage'
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    principalId: identities.outputs.readerPrincipalId
    redundancy: storageRedundancy
  }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    principalId: identities.outputs.readerPrincipalId
    retentionDays: logRetentionDays
  }
}

module webhook 'modules/webhook.bicep' = if (!empty(teamsWebhookUrl)) {
  name: 'webhook'
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    principalId: identities.outputs.readerPrincipalId
    address: teamsWebhookUrl
  }
}

module app 'modules/app.bicep' = {
  name: 'app'
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    readerId: identities.outputs.readerId
    readerClientId: identities.outputs.readerClientId
    remediatorId: identities.outputs.remediatorId
    storageAccountName: storage.outputs.accountName
    packageContainerUrl: storage.outputs.packageContainerUrl
    insightsName: monitoring.outputs.insightsName
    settings: union(loadJsonContent('settings.json'), given, {
      PORTCULLIS_BASTION_LOG_ACCOUNTS: join(map(logAccountIds, id => last(split(id, '/'))), ',')
      PORTCULLIS_REMEDIATION_CLIENT_ID: identities.outputs.remediatorClientId
      PORTCULLIS_TEAMS_WEBHOOK_URL: empty(teamsWebhookUrl) ? '' : webhook!.outputs.reference
    })
    hasSignIn: !empty(signInClientId)
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyInstances: alwaysReadyInstances
  }
}

module signIn 'modules/sign-in.bicep' = if (!empty(signInClientId)) {
  name: 'sign-in'
  scope: group
  params: {
    siteName: app.outputs.name
    clientId: signInClientId
  }
}

module logAccess 'modules/log-access.bicep' = [for (id, index) in logAccountIds: {
  name: 'log-access-${index}'
  scope: resourceGroup(split(id, '/')[2], split(id, '/')[4])
  params: {
    accountName: last(split(id, '/'))
    principalId: identities.outputs.readerPrincipalId
  }
}]

module alerts 'modules/alerts.bicep' = {
  name: 'alerts'
  scope: group
  params: {
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    email: alertEmail
    sweepLateAfterHours: sweepLateAfterHours
  }
}

module workbook 'modules/workbook.bicep' = {
  name: 'workbook'
  scope: group
  params: {
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
  }
}

@description('The resource group with everything in it.')
output AZURE_RESOURCE_GROUP string = group.name

@description('Resource id of the Functions app: where events are sent to.')
output APP_ID string = app.outputs.id

@description('Name of the Functions app.')
output APP_NAME string = app.outputs.name

@description('Where the pages of the app are.')
output APP_URL string = app.outputs.url

@description('Resource id of the storage account, which takes dead letters.')
output STORAGE_ID string = storage.outputs.accountId

@description('Object id of the identity that reads the estate.')
output READER_PRINCIPAL_ID string = identities.outputs.readerPrincipalId

@description('Object id of the identity that changes the estate, where it is let.')
output REMEDIATOR_PRINCIPAL_ID string = identities.outputs.remediatorPrincipalId
