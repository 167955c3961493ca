/** Version of EventStoreDB whose behaviour this node has. */
export const SERVER_VERSION = '23.10.6'
