targetScope = 'subscription'

metadata description = 'Events of one watched subscription, from a topic that stands in it to the app.'

@description('Region of the resource group that holds the topic.')
param location string

@description('Tags of every resource.')
param tags object

@description('Name of the resource group that holds the topic.')
param resourceGroupName string

@description('Resource id of the Functions app.')
param appId string

@description('Resource id of the storage account that takes dead letters.')
param storageAccountId string

resource group 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: resourceGroupName
  location: location
  tags: tags
}

module topic 'topic.bicep' = {
  name: 'portcullis-topic'
  scope: group
  params: {
    tags: tags
  }
}

module deadLetterAccess 'dead-letter-access.bicep' = {
  name: 'portcullis-dead-letters-${uniqueString(subscription().id)}'
  scope: resourceGroup(split(storageAccountId, '/')[2], split(storageAccountId, '/')[4])
  params: {
    accountName: last(split(storageAccountId, '/'))
    principalId: topic.outputs.principalId
  }
}

module deliveries 'event-subscription.bicep' = {
  name: 'portcullis-event-subscription'
  scope: group
  params: {
    topicName: topic.outputs.name
    appId: appId
    storageAccountId: storageAccountId
  }
  dependsOn: [
    deadLetterAccess
  ]
}
