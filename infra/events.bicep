targetScope = 'subscription'

metadata description = 'Events of every watched subscription to the app. Deploy it after the code: Azure refuses a function that is not there.'

@description('Name of the deployment, as for main.bicep.')
@minLength(1)
@maxLength(20)
param environmentName string

@description('Region of the resource groups that hold the topics.')
param location string

@description('Ids of the watched subscriptions, separated by commas. With a management group: all that are in it.')
@minLength(36)
param subscriptions string

@description('Output APP_ID of main.bicep.')
param appId string

@description('Output STORAGE_ID of main.bicep.')
param storageAccountId string

module sources 'modules/event-source.bicep' = [for id in split(replace(subscriptions, ' ', ''), ','): {
  name: 'portcullis-events-${uniqueString(id)}'
  scope: subscription(id)
  params: {
    location: location
    tags: {
      'azd-env-name': environmentName
    }
    resourceGroupName: 'rg-portcullis-events-${environmentName}'
    appId: appId
    storageAccountId: storageAccountId
  }
}]
