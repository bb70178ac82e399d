metadata description = 'The storage account of the app: findings, queues, dead letters and its package. It has no keys.'

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('What makes names unique.')
param token string

@description('Object id of the identity that works with the account.')
param principalId string

@description('How often storage is kept.')
param redundancy string

var packageContainer = 'app-package'
var deadLetterContainer = 'dead-letters'
var tableNames = [
  'changes'
  'dashboard'
  'digest'
  'exemptions'
  'findings'
  'history'
  'posture'
  'remediations'
  'servicetags'
  'sessions'
  'sessionstate'
  'sweeps'
  'tallies'
]
var queueNames = [
  'portcullis-changes'
  'portcullis-changes-poison'
  'portcullis-notifications'
  'portcullis-notifications-poison'
  'portcullis-remediations'
  'portcullis-remediations-poison'
  'portcullis-shards'
  'portcullis-shards-poison'
]
var roles = {
  storageBlobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  storageQueueDataContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  storageTableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
}

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: 'stportcullis${take(token, 12)}'
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: redundancy
  }
  properties: {
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
  parent: account
  name: 'default'
  properties: {
    deleteRetentionPolicy: {
      enabled: true
      days: 7
    }
  }
}

resource containers 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = [for name in [
  packageContainer
  deadLetterContainer
]: {
  parent: blobs
  name: name
  properties: {
    publicAccess: 'None'
  }
}]

resource queues 'Microsoft.Storage/storageAccounts/queueServices@2025-06-01' = {
  parent: account
  name: 'default'
}

resource queue 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-06-01' = [for name in queueNames: {
  parent: queues
  name: name
}]

resource tables 'Microsoft.Storage/storageAccounts/tableServices@2025-06-01' = {
  parent: account
  name: 'default'
}

resource table 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-06-01' = [for name in tableNames: {
  parent: tables
  name: name
}]

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for role in items(roles): {
  name: guid(account.id, principalId, role.value)
  scope: account
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.value)
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}]

@description('Resource id of the account.')
output accountId string = account.id

@description('Name of the account.')
output accountName string = account.name

@description('Address of the container from which the app is run.')
output packageContainerUrl string = '${account.properties.primaryEndpoints.blob}${packageContainer}'
