// Made by `npm run openapi` from the API's own document.

export interface paths {
  '/.well-known/jwks.json': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Public keys of the access tokens
     * @description For everybody. Not limited.
     */
    get: operations['getJwks']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/admin/dead-letters': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Events that could not be handled and were put aside
     * @description Needs the scope `dead-letters:read`. Counts for the limit "default".
     */
    get: operations['listDeadLetters']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/admin/dead-letters/replay': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Have the oldest handled once more, now, one after another
     * @description Needs the scope `dead-letters:settle`. Counts for the limit "default".
     */
    post: operations['replayDeadLetters']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/admin/dead-letters/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * One of them
     * @description Needs the scope `dead-letters:read`. Counts for the limit "default".
     */
    get: operations['getDeadLetter']
    put?: never
    post?: never
    /**
     * Take one away unhandled
     * @description Needs the scope `dead-letters:settle`. Counts for the limit "default".
     */
    delete: operations['discardDeadLetter']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/admin/dead-letters/{id}/replay': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Have one handled once more, now
     * @description A read model takes with it all events of the same stream that are put aside.
     *
     *     Needs the scope `dead-letters:settle`. Counts for the limit "default".
     */
    post: operations['replayDeadLetter']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/admin/sagas': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Orders under way, and orders that are stuck
     * @description Needs the scope `sagas:read`. Counts for the limit "default".
     */
    get: operations['listSagas']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/admin/sagas/{orderId}/resume': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Take an order as far as it goes, now
     * @description Needs the scope `sagas:resume`. Counts for the limit "default".
     */
    post: operations['resumeSaga']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/analytics/dashboard': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * How the shop is doing
     * @description Needs the scope `analytics:read`. Counts for the limit "default".
     */
    get: operations['getDashboard']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/analytics/metrics': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Orders, revenue, conversion and cancellations
     * @description Days are those of UTC. By default the last 30 days, with today.
     *
     *     Needs the scope `analytics:read`. Counts for the limit "default".
     */
    get: operations['getSalesMetrics']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/analytics/sales': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Sales by hour, day or product
     * @description Hours and days are those of UTC. At most 31 days by hour, 366 by day, 92 by product.
     *
     *     Needs the scope `analytics:read`. Counts for the limit "default".
     */
    get: operations['getSales']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/analytics/sales.csv': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Sales by hour, day or product, for spreadsheets
     * @description Needs the scope `analytics:read`. Counts for the limit "default".
     */
    get: operations['getSalesCsv']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/auth/forgot-password': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Ask for a new password
     * @description For everybody. Counts for the limit "sign-in".
     */
    post: operations['forgotPassword']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/auth/login': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Sign in with e-mail address and password
     * @description With the token of an anonymous cart, what is in it goes into the cart of the account.
     *
     *     For everybody. Counts for the limit "sign-in".
     */
    post: operations['login']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/auth/logout': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * End a session
     * @description For everybody. Counts for the limit "sign-in".
     */
    post: operations['logout']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/auth/refresh': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Go on with a session
     * @description A refresh token that comes a second time was stolen: its session ends, for everybody.
     *
     *     For everybody. Counts for the limit "sign-in".
     */
    post: operations['refresh']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/auth/register': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Register with an e-mail address
     * @description There is an account once the address is verified. Nobody else learns whether there was one before.
     *
     *     For everybody. Counts for the limit "sign-in".
     */
    post: operations['register']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/auth/reset-password': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Choose a new password
     * @description For everybody. Counts for the limit "sign-in".
     */
    post: operations['resetPassword']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/auth/token': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Sign in as a service
     * @description With id and secret in the body, or as `Authorization: Basic`.
     *
     *     For everybody. Counts for the limit "sign-in".
     */
    post: operations['getServiceToken']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/auth/verify-email': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Verify an e-mail address
     * @description For everybody. Counts for the limit "sign-in".
     */
    post: operations['verifyEmail']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/cart': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * The cart, with prices and stock of now
     * @description Whoever is signed in and sends the token of an anonymous cart gets both together, once.
     *
     *     For everybody; whoever is signed in is known. Counts for the limit "default".
     */
    get: operations['getCart']
    put?: never
    post?: never
    /**
     * Empty the cart
     * @description For everybody; whoever is signed in is known. Counts for the limit "default".
     */
    delete: operations['clearCart']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/cart/checkout': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Order what is in the cart
     * @description As POST /orders. What was ordered leaves the cart when the order is paid.
     *
     *     Needs the scope `orders:place`. Counts for the limit "orders".
     */
    post: operations['checkOutCart']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/cart/items': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Put a product into the cart
     * @description In addition to what there is of it. The first of somebody who is not signed in begins a cart; an Idempotency-Key is not heeded then.
     *
     *     For everybody; whoever is signed in is known. Counts for the limit "default".
     */
    post: operations['addCartItem']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/cart/items/{productId}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    /**
     * Have so many of a product in the cart
     * @description For everybody; whoever is signed in is known. Counts for the limit "default".
     */
    put: operations['setCartItem']
    post?: never
    /**
     * Take a product out of the cart
     * @description For everybody; whoever is signed in is known. Counts for the limit "default".
     */
    delete: operations['removeCartItem']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/categories': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Categories
     * @description For everybody. Counts for the limit "default".
     */
    get: operations['listCategories']
    put?: never
    /**
     * Add a category
     * @description Needs the scope `catalogue:write`. Counts for the limit "default".
     */
    post: operations['createCategory']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/categories/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * A category
     * @description For everybody. Counts for the limit "default".
     */
    get: operations['getCategory']
    put?: never
    post?: never
    /**
     * Remove a category that holds nothing
     * @description Needs the scope `catalogue:write`. Counts for the limit "default".
     */
    delete: operations['deleteCategory']
    options?: never
    head?: never
    /**
     * Rename or move a category
     * @description Needs the scope `catalogue:write`. Counts for the limit "default".
     */
    patch: operations['changeCategory']
    trace?: never
  }
  '/api/v1/customers/{id}/orders': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * What a customer has ordered, and what it comes to
     * @description Needs the scope `orders:read`. Counts for the limit "default".
     */
    get: operations['getCustomerHistory']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/images/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * An image
     * @description For everybody. Not limited.
     */
    get: operations['getImage']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/inventory': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Stock that runs low
     * @description Needs the scope `inventory:write`. Counts for the limit "default".
     */
    get: operations['listLowStock']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/inventory/batch': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Stock of several skus
     * @description For whoever is signed in. Counts for the limit "default".
     */
    post: operations['getStocks']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/inventory/{sku}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Stock of a sku
     * @description Needs the scope `inventory:read`. Counts for the limit "default".
     */
    get: operations['getStock']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/inventory/{sku}/adjust': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Bring the books in line with the shelf
     * @description Needs the scope `inventory:write`. Counts for the limit "default".
     */
    post: operations['adjustStock']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/inventory/{sku}/low-stock-threshold': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    /**
     * Say when stock is low
     * @description Needs the scope `inventory:write`. Counts for the limit "default".
     */
    put: operations['setLowStockThreshold']
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/inventory/{sku}/movements': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * What moved the stock of a sku, with the levels after it
     * @description Needs the scope `inventory:audit`. Counts for the limit "default".
     */
    get: operations['listStockMovements']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/inventory/{sku}/receive': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Put delivered goods on the shelf
     * @description Needs the scope `inventory:write`. Counts for the limit "default".
     */
    post: operations['receiveStock']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/orders': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Orders
     * @description Needs the scope `orders:read`. Counts for the limit "default".
     */
    get: operations['listOrders']
    put?: never
    /**
     * Place an order
     * @description Prices and names come from the catalogue.
     *
     *     Needs the scope `orders:place`. Counts for the limit "orders".
     */
    post: operations['placeOrder']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/orders/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * An order
     * @description As it is, or with `asOf` or `revision` as it was: then it is made from the events themselves, so that it never lags, with its payment as it stood at that moment; 404 before its first event, and for a revision that it has not reached. Personal data that was erased since is null there as well. A time that lies ahead shows it as it is now.
     *
     *     Needs the scope `orders:read`. Counts for the limit "default".
     */
    get: operations['getOrder']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/orders/{id}/cancel': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Cancel an order
     * @description Before it is paid stock and money are let go; afterwards, until something is dispatched, it is refunded.
     *
     *     Needs the scope `orders:cancel`. Counts for the limit "default".
     */
    post: operations['cancelOrder']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/orders/{id}/complete': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Close a delivered order
     * @description Needs the scope `orders:fulfil`. Counts for the limit "default".
     */
    post: operations['completeOrder']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/orders/{id}/deliver': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * A shipment has arrived
     * @description Needs the scope `orders:fulfil`. Counts for the limit "default".
     */
    post: operations['deliverOrder']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/orders/{id}/events': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * The audit trail of an order
     * @description Read from the event store itself: it never lags.
     *
     *     Needs the scope `orders:read`. Counts for the limit "default".
     */
    get: operations['getOrderEvents']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/orders/{id}/live': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Follow an order
     * @description Each event of the order as it happens, as a server-sent event: `id` is its revision, `data` a `LiveOrderEvent`. Without `Last-Event-ID` it begins with the first one; with the `id` of the last one that you have it goes on after that, so that over any number of connections each comes once. A comment comes where nothing has happened for 15 seconds.
     *
     *     Before the connection is closed in order there is an event `end`, whose `data` is a `LiveEnd`. After `over` there is nothing to come back for, and an attempt gets 204; after any other reason, and where a connection was lost, connect again with `Last-Event-ID`.
     *
     *     Needs the scope `orders:read`. Counts for the limit "default".
     */
    get: operations['followOrder']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/orders/{id}/refunds': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Refund a part of an order
     * @description Needs the scope `orders:refund`. Counts for the limit "default".
     */
    post: operations['refundOrder']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/orders/{id}/refunds/{refundId}/retry': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Try a failed refund again
     * @description Needs the scope `orders:refund`. Counts for the limit "default".
     */
    post: operations['retryRefund']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/orders/{id}/ship': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Dispatch a shipment
     * @description Needs the scope `orders:fulfil`. Counts for the limit "default".
     */
    post: operations['shipOrder']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/orders/{id}/status': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * The status of an order
     * @description Needs the scope `orders:read`. Counts for the limit "default".
     */
    get: operations['getOrderStatus']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/payments': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Payments
     * @description Needs the scope `payments:read`. Counts for the limit "default".
     */
    get: operations['listPayments']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/payments/preauth': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Pay for an order whose stock is reserved
     * @description For orders that were placed without a payment method. The money is captured right after it is held. Answered within `PREAUTH_LIMIT_MS` (6 s), whatever the provider does: asking again is the same payment.
     *
     *     Needs the scope `orders:place`. Counts for the limit "payments".
     */
    post: operations['preauthorizePayment']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/payments/webhooks/{provider}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * For payment providers: what became of a payment
     * @description The body has to be signed with the secret of the installation: `Simulator-Signature` or `Stripe-Signature`, `t=<seconds since 1970>,v1=<HMAC-SHA-256 of "<t>.<body>", hex>`, not older than five minutes. Webhooks may come twice and in any order. Any answer but 200 means that it has to be sent again.
     *
     *     For everybody. Not limited.
     */
    post: operations['receiveWebhook']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/payments/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * A payment
     * @description Needs the scope `payments:read`. Counts for the limit "default".
     */
    get: operations['getPayment']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/payments/{id}/capture': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Take the money that is held for an order
     * @description Its order goes on from there. Only while its stock is reserved.
     *
     *     Needs the scope `payments:settle`. Counts for the limit "payments".
     */
    post: operations['capturePayment']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/payments/{id}/void': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Let go the money that is held for an order, and cancel the order
     * @description Money that was taken has to be refunded instead. Where it was taken just now, the order gives it back by itself.
     *
     *     Needs the scope `payments:settle`. Counts for the limit "payments".
     */
    post: operations['voidPayment']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/products': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Find products
     * @description By words, category, price and stock. A cursor belongs to the search that it came from: products that come and go meanwhile neither double nor hide others.
     *
     *     For everybody; whoever is signed in is known. Counts for the limit "default".
     */
    get: operations['listProducts']
    put?: never
    /**
     * Add a product
     * @description Needs the scope `catalogue:write`. Counts for the limit "default".
     */
    post: operations['createProduct']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/products/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * A product
     * @description For everybody; whoever is signed in is known. Counts for the limit "default".
     */
    get: operations['getProduct']
    put?: never
    post?: never
    /**
     * Remove a product
     * @description Needs the scope `catalogue:write`. Counts for the limit "default".
     */
    delete: operations['deleteProduct']
    options?: never
    head?: never
    /**
     * Change a product
     * @description A new price counts for orders from now on; those that are placed keep theirs.
     *
     *     Needs the scope `catalogue:write`. Counts for the limit "default".
     */
    patch: operations['changeProduct']
    trace?: never
  }
  '/api/v1/products/{id}/images': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Add an image
     * @description At most 5 MB, 8,192 pixels a side and 32 million in all; 12 images a product.
     *
     *     Needs the scope `catalogue:write`. Counts for the limit "default".
     */
    post: operations['addProductImage']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/products/{id}/images/{imageId}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    /**
     * Remove an image
     * @description Needs the scope `catalogue:write`. Counts for the limit "default".
     */
    delete: operations['deleteProductImage']
    options?: never
    head?: never
    /**
     * Describe or move an image
     * @description Needs the scope `catalogue:write`. Counts for the limit "default".
     */
    patch: operations['changeProductImage']
    trace?: never
  }
  '/api/v1/products/{id}/prices': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * The history of a price
     * @description Needs the scope `catalogue:write`. Counts for the limit "default".
     */
    get: operations['getPriceHistory']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/refunds': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Refunds of all orders
     * @description Those that `failed` wait for somebody: POST /orders/{id}/refunds/{refundId}/retry.
     *
     *     Needs the scope `payments:read:any`. Counts for the limit "default".
     */
    get: operations['listRefunds']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/service-accounts': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Service accounts
     * @description Needs the scope `services:write`. Counts for the limit "default".
     */
    get: operations['listServiceAccounts']
    put?: never
    /**
     * Make a service account
     * @description Its secret is kept nowhere, so there is no idempotency key: a repetition is told that the name is taken.
     *
     *     Needs the scope `services:write`. Counts for the limit "default".
     */
    post: operations['createServiceAccount']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/service-accounts/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    /**
     * Revoke a service account
     * @description Needs the scope `services:write`. Counts for the limit "default".
     */
    delete: operations['revokeServiceAccount']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/users': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Accounts
     * @description Needs the scope `accounts:read`. Counts for the limit "default".
     */
    get: operations['listUsers']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/users/batch': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Accounts by their ids
     * @description Needs the scope `accounts:read`. Counts for the limit "default".
     */
    post: operations['getUsers']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/users/me': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Your account
     * @description For whoever is signed in. Counts for the limit "default".
     */
    get: operations['getProfile']
    put?: never
    post?: never
    /**
     * Erase your account
     * @description All that is known of you goes, for good. What you ordered stays, without a name or an address.
     *
     *     For whoever is signed in. Counts for the limit "default".
     */
    delete: operations['eraseProfile']
    options?: never
    head?: never
    /**
     * Change your account
     * @description For whoever is signed in. Counts for the limit "default".
     */
    patch: operations['changeProfile']
    trace?: never
  }
  '/api/v1/users/{id}/roles': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    /**
     * Change the roles of an account
     * @description Needs the scope `accounts:write`. Counts for the limit "default".
     */
    patch: operations['changeRoles']
    trace?: never
  }
  '/api/v1/wallet': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * The wallet
     * @description 404 where there was never any money in it.
     *
     *     Needs the scope `wallet:read`. Counts for the limit "default".
     */
    get: operations['getWallet']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/wallet/statement': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * The statement of the wallet
     * @description Needs the scope `wallet:read`. Counts for the limit "default".
     */
    get: operations['getWalletStatement']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/v1/wallet/top-ups': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Put money that has come in into the wallet of a customer
     * @description Needs the scope `wallets:top-up`. Counts for the limit "payments".
     */
    post: operations['topUpWallet']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/health': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Whether requests can be served
     * @description For everybody. Not limited.
     */
    get: operations['getHealth']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/health/live': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Whether the process lives
     * @description For everybody. Not limited.
     */
    get: operations['getLiveness']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/health/ready': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Whether requests can be served
     * @description For everybody. Not limited.
     */
    get: operations['getReadiness']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/metrics': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * What this instance counts and measures
     * @description For whoever brings the bearer token `METRICS_TOKEN`. Without one it is open on an installation that only its own machine reaches, and closed on others.
     *
     *     For everybody. Not limited.
     */
    get: operations['getMetrics']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
}
export type webhooks = Record<string, never>
export interface components {
  schemas: {
    /**
     * @example {
     *       "name": "Ada Lovelace",
     *       "line1": "12 St James’s Square",
     *       "city": "London",
     *       "postalCode": "SW1Y 4JH",
     *       "country": "GB"
     *     }
     */
    Address: {
      name: string & (unknown & unknown)
      line1: string & (unknown & unknown)
      line2?: string & (unknown & unknown)
      city: string & (unknown & unknown)
      region?: string & (unknown & unknown)
      postalCode: string & (unknown & unknown)
      /** @description ISO 3166-1 alpha-2 */
      country: string
    }
    AuditTrail: {
      readonly items: components['schemas']['AuditedEvent'][]
    }
    AuditedEvent: {
      id: string
      type: string
      stream: string
      revision: string
      /** @description `<commit>/<prepare>` in $all */
      position: string
      /**
       * Format: date-time
       * @example 2025-11-21T09:30:00.000Z
       */
      at: string
      actor: {
        /** @enum {string} */
        kind: 'customer' | 'staff' | 'service' | 'system'
        id: string
      }
      correlationId: string
      causationId: string
      commandId: string
      traceparent: string | null
      schemaVersion: number
      /** @description Without personal data */
      readonly data: {
        [key: string]: unknown
      }
    }
    Cart: {
      items: components['schemas']['CartItem'][]
      /** @description Of what is for sale; null where there is nothing, or several currencies */
      subtotal: components['schemas']['Money'] | null
      /** @description With shipping and tax, where a country was named */
      totals: components['schemas']['OrderTotals'] | null
      /** @description Why there are no totals, where a country was named */
      totalsRefusal: ('empty' | 'mixed-currencies' | 'not-deliverable' | 'order-too-large') | null
      /** @description What a merge with the anonymous cart could not take over whole */
      readonly notices: {
        /** @enum {string} */
        kind: 'quantity_limited' | 'dropped'
        productId: string
      }[]
      /** @description An hour after the last change; null: there is no cart */
      expiresAt: string | null
    }
    /**
     * @example {
     *       "shippingAddress": {
     *         "name": "Ada Lovelace",
     *         "line1": "12 St James’s Square",
     *         "city": "London",
     *         "postalCode": "SW1Y 4JH",
     *         "country": "GB"
     *       },
     *       "paymentMethodId": "sim_approve"
     *     }
     */
    CartCheckoutInput: {
      shippingAddress: components['schemas']['Address']
      /**
       * @description null: the order waits for a payment once its stock is reserved
       * @default null
       * @example sim_approve
       * @example sim_decline
       * @example sim_slow
       */
      paymentMethodId?: string | null
    }
    /** @description All but product and quantity is null where the product is gone */
    CartItem: {
      /**
       * @description Stable
       * @example ethiopia-guji-250
       */
      productId: string
      sku: string | null
      name: string | null
      imageUrl: string | null
      quantity: number
      /** @description As it is now */
      unitPrice: components['schemas']['Money'] | null
      lineTotal: components['schemas']['Money'] | null
      /** @description Pieces that can be ordered now */
      available: number
      /** @description What the buyer should know before the order */
      notices: (
        | {
            /** @constant */
            kind: 'price_changed'
            was: components['schemas']['Money']
          }
        | {
            /** @constant */
            kind: 'short'
            available: number
          }
        | {
            /** @constant */
            kind: 'not_for_sale'
          }
      )[]
    }
    /**
     * @example {
     *       "quantity": 3
     *     }
     */
    CartItemChange: {
      /** @description Pieces */
      quantity: number
    }
    Category: {
      /**
       * @description Stable
       * @example coffee
       */
      id: string
      /**
       * @description As it stands in addresses
       * @example coffee-beans
       */
      slug: string
      name: string
      /** @description null at the top of the tree */
      parentId: string | null
      /** @description Among those with the same parent, from 0 */
      position: number
    }
    /**
     * @example {
     *       "name": "Beans",
     *       "position": 0
     *     }
     */
    CategoryChange: {
      name?: string & (unknown & unknown)
      /**
       * @description As it stands in addresses
       * @example coffee-beans
       */
      slug?: string
      parentId?: string | null
      /** @description Among those with the same parent, from 0; default: behind them */
      position?: number
    }
    CategoryTree: {
      /** @description All categories: each before those below it, siblings in their order */
      items: {
        /**
         * @description Stable
         * @example coffee
         */
        id: string
        /**
         * @description As it stands in addresses
         * @example coffee-beans
         */
        slug: string
        name: string
        /** @description null at the top of the tree */
        parentId: string | null
        /** @description Among those with the same parent, from 0 */
        position: number
        /** @description 0 at the top */
        depth: number
      }[]
    }
    CreatedServiceAccount: {
      /**
       * @description `client_id`
       * @example service-01KAJ5Z4QW8X2N6T3R9V7C1B0D
       */
      id: string
      /** @example billing */
      name: string
      readonly scopes: string[]
      /**
       * Format: date-time
       * @example 2025-11-21T09:30:00.000Z
       */
      createdAt: string
      /** @description `client_secret`. It is told this once. */
      secret: string
    }
    /**
     * @example {
     *       "email": "customer@demo.test",
     *       "password": "orderstream-demo"
     *     }
     */
    Credentials: {
      /** @example ada@example.com */
      email: string
      password: string
    }
    CustomerHistory: {
      readonly items: components['schemas']['OrderSummary'][]
      /** @description null on the last page */
      nextCursor: string | null
      customerId: string
      /** @description Of all orders, not only of this page */
      readonly totals: {
        /** @description ISO 4217 */
        currency: string
        orders: number
        paid: number
        cancelled: number
        /** @description For orders that were paid, with what came back later */
        spent: components['schemas']['Money']
        refunded: components['schemas']['Money']
        /**
         * Format: date-time
         * @example 2025-11-21T09:30:00.000Z
         */
        firstOrderAt: string
        /**
         * Format: date-time
         * @example 2025-11-21T09:30:00.000Z
         */
        lastOrderAt: string
      }[]
    }
    Dashboard: {
      /**
       * Format: date
       * @description A day of UTC, inclusive
       * @example 2025-11-21
       */
      from: string
      /**
       * Format: date
       * @description A day of UTC, inclusive
       * @example 2025-11-21
       */
      to: string
      readonly today: components['schemas']['SalesInCurrency'][]
      /** @description Of all days */
      readonly metrics: components['schemas']['SalesInCurrency'][]
      readonly byDay: components['schemas']['SalesInTime'][]
      readonly topProducts: components['schemas']['ProductSales'][]
      /** @description The scarcest first */
      readonly lowStock: {
        sku: string
        available: number
        threshold: number
      }[]
      /** @description How many there are in each status */
      readonly orders: {
        status: components['schemas']['OrderStatus']
        orders: number
      }[]
    }
    DeadLetter: {
      /**
       * @description As the list tells it
       * @example order-processes.0b8a5f0e-52b8-4c37-9d9e-0a7b3f6c7a10
       */
      id: string
      source: {
        /**
         * @description Who could not handle it
         * @enum {string}
         */
        kind: 'process' | 'read-model'
        /** @example order-processes */
        name: string
      }
      event: {
        /** @description null, as its type, where the event is gone */
        id: string | null
        type: string | null
        stream: string
        revision: string
      }
      /**
       * Format: date-time
       * @example 2025-11-21T09:30:00.000Z
       */
      parkedAt: string
      /** @description What went wrong, for people */
      cause: string
      /** @description How often it was tried again before it was put aside */
      retries: number
    }
    /**
     * @example {
     *       "shipmentId": "S-1"
     *     }
     */
    Delivery: {
      shipmentId: string
    }
    EmailVerification: {
      /**
       * @description From the mail
       * @example Yt3mPYlBD9uKfXnRVzS5Ma1pQ0cG7hLJ2wEoT8iNq4k
       */
      token: string
    }
    /**
     * @example {
     *       "sku": "COF-ETH-250",
     *       "onHand": 12,
     *       "available": 10,
     *       "reserved": 2,
     *       "lowStockThreshold": 10
     *     }
     */
    GuardedStockLevel: {
      /**
       * @description Stock keeping unit
       * @example COF-ETH-250
       */
      sku: string
      /** @description On the shelf: available and reserved */
      onHand: number
      /** @description Can be ordered */
      available: number
      /** @description Kept for orders under way */
      reserved: number
      /** @description With so many or fewer available, stock is low; null: nobody has set one */
      lowStockThreshold: number | null
    }
    /** @description RFC 7517 */
    JwkSet: {
      keys: {
        /** @constant */
        kty: 'RSA'
        kid: string
        /** @constant */
        use: 'sig'
        /** @constant */
        alg: 'RS256'
        n: string
        e: string
      }[]
    }
    Live: {
      /** @constant */
      status: 'live'
    }
    /**
     * @example {
     *       "reason": "over"
     *     }
     */
    LiveEnd: {
      /**
       * @description over: nothing more happens to the order; token: the access token is good no more, get a new one and go on; time: it has lasted as long as it may, and stopping: this instance is being stopped, go on with a new connection
       * @enum {string}
       */
      reason: 'over' | 'token' | 'time' | 'stopping'
    }
    /**
     * @example {
     *       "id": "0d9f7a52-3f2e-5e0c-9b59-3c5f0a8f2b11",
     *       "type": "OrderPaid",
     *       "stream": "order-01KAJ5Z4QW8X2N6T3R9V7C1B0D",
     *       "revision": "2",
     *       "position": "18342/18342",
     *       "at": "2025-11-21T09:30:00.000Z",
     *       "actor": {
     *         "kind": "system",
     *         "id": "checkout"
     *       },
     *       "correlationId": "0b8a5f0e-52b8-4c37-9d9e-0a7b3f6c7a10",
     *       "causationId": "7b0f4c6e-7a0d-5a53-8f0e-7f0c2a1f6d21",
     *       "commandId": "3f6e2b1a-0d5c-5b7e-8a55-1f2e3d4c5b6a",
     *       "traceparent": null,
     *       "schemaVersion": 1,
     *       "data": {
     *         "orderId": "01KAJ5Z4QW8X2N6T3R9V7C1B0D",
     *         "paymentId": "01KAJ5Z4QW8X2N6T3R9V7C1B0D",
     *         "amount": {
     *           "amount": 4488,
     *           "currency": "EUR"
     *         },
     *         "paidAt": "2025-11-21T09:30:00.000Z"
     *       },
     *       "status": "paid"
     *     }
     */
    LiveOrderEvent: {
      id: string
      type: string
      stream: string
      revision: string
      /** @description `<commit>/<prepare>` in $all */
      position: string
      /**
       * Format: date-time
       * @example 2025-11-21T09:30:00.000Z
       */
      at: string
      actor: {
        /** @enum {string} */
        kind: 'customer' | 'staff' | 'service' | 'system'
        id: string
      }
      correlationId: string
      causationId: string
      commandId: string
      traceparent: string | null
      schemaVersion: number
      /** @description Without personal data */
      readonly data: {
        [key: string]: unknown
      }
      /** @description Where the order stood after it */
      status: components['schemas']['OrderStatus']
    }
    LowStockPage: {
      readonly items: components['schemas']['GuardedStockLevel'][]
      /** @description null on the last page */
      nextCursor: string | null
    }
    /**
     * @example {
     *       "threshold": 10
     *     }
     */
    LowStockThreshold: {
      /** @description Pieces */
      threshold: number
    }
    MailSent: {
      /** @constant */
      status: 'mail_sent'
    }
    /**
     * @example {
     *       "amount": 1999,
     *       "currency": "EUR"
     *     }
     */
    Money: {
      /** @description Minor units (cents) */
      amount: number
      /** @description ISO 4217 */
      currency: string
    }
    /**
     * @example {
     *       "detail": "Ordered by mistake"
     *     }
     */
    NewCancellationInput: {
      /**
       * @description For people
       * @default null
       */
      detail?: (string & (unknown & unknown)) | null
    }
    /**
     * @example {
     *       "productId": "yirgacheffe-250",
     *       "quantity": 2
     *     }
     */
    NewCartItemInput: {
      /**
       * @description Stable
       * @example ethiopia-guji-250
       */
      productId: string
      /**
       * @description Pieces
       * @default 1
       */
      quantity?: number
    }
    /**
     * @example {
     *       "name": "Coffee beans",
     *       "parentId": "coffee"
     *     }
     */
    NewCategoryInput: {
      name: string & (unknown & unknown)
      /**
       * @description Default: made from the name
       * @example coffee-beans
       */
      slug?: string
      /** @default null */
      parentId?: string | null
      /** @description Among those with the same parent, from 0; default: behind them */
      position?: number
    }
    /**
     * @example {
     *       "items": [
     *         {
     *           "productId": "ethiopia-guji-250",
     *           "quantity": 2
     *         }
     *       ],
     *       "shippingAddress": {
     *         "name": "Ada Lovelace",
     *         "line1": "12 St James’s Square",
     *         "city": "London",
     *         "postalCode": "SW1Y 4JH",
     *         "country": "GB"
     *       },
     *       "paymentMethodId": "sim_approve"
     *     }
     */
    NewOrderInput: {
      /** @description Items of the same product are taken together */
      items: {
        /**
         * @description Stable
         * @example ethiopia-guji-250
         */
        productId: string
        /** @description Pieces */
        quantity: number
      }[]
      shippingAddress: components['schemas']['Address']
      /**
       * @description null: the order waits for a payment once its stock is reserved
       * @default null
       * @example sim_approve
       * @example sim_decline
       * @example sim_slow
       */
      paymentMethodId?: string | null
    }
    /**
     * @example {
     *       "orderId": "01KAJ5Z4QW8X2N6T3R9V7C1B0D",
     *       "amount": {
     *         "amount": 2130,
     *         "currency": "EUR"
     *       },
     *       "paymentMethodId": "sim_approve"
     *     }
     */
    NewPreauthorization: {
      /**
       * @description ULID
       * @example 01KAJ5Z4QW8X2N6T3R9V7C1B0D
       */
      orderId: string
      /** @description What the order costs: a guard against paying for something else */
      amount: components['schemas']['Money']
      paymentMethodId: string
    }
    /**
     * @example {
     *       "sku": "COF-ETH-250",
     *       "name": "Guji, 250 g",
     *       "description": "Washed Ethiopian beans.",
     *       "categoryId": "coffee",
     *       "price": {
     *         "amount": 1290,
     *         "currency": "EUR"
     *       },
     *       "active": true
     *     }
     */
    NewProductInput: {
      /**
       * @description Stock keeping unit
       * @example COF-ETH-250
       */
      sku: string
      name: string & (unknown & unknown)
      /** @default  */
      description?: string
      /**
       * @description Stable
       * @example coffee
       */
      categoryId: string
      price: components['schemas']['Money']
      /** @default true */
      active?: boolean
    }
    /**
     * @example {
     *       "refundId": "R-1",
     *       "amount": null,
     *       "items": [
     *         {
     *           "sku": "COF-ETH-250",
     *           "quantity": 1
     *         }
     *       ],
     *       "restock": true,
     *       "reason": "Returned unopened"
     *     }
     */
    NewRefundInput: {
      /**
       * @description The same id is the same refund
       * @example R-1
       */
      refundId: string
      /**
       * @description null: what the items have cost with their share of tax
       * @default null
       */
      amount?: components['schemas']['Money'] | null
      /**
       * @description Goods that are taken back
       * @default []
       */
      items?: {
        /**
         * @description Stock keeping unit
         * @example COF-ETH-250
         */
        sku: string
        quantity: number
      }[]
      /**
       * @description They go back to the shelf
       * @default false
       */
      restock?: boolean
      reason: string & (unknown & unknown)
    }
    /**
     * @example {
     *       "name": "billing",
     *       "scopes": [
     *         "orders:read:any"
     *       ]
     *     }
     */
    NewServiceAccount: {
      /** @example billing */
      name: string
      scopes: (
        | 'orders:place'
        | 'orders:read'
        | 'orders:read:any'
        | 'orders:cancel'
        | 'orders:cancel:any'
        | 'orders:refund'
        | 'orders:fulfil'
        | 'payments:settle'
        | 'wallets:top-up'
        | 'payments:read'
        | 'payments:read:any'
        | 'wallet:read'
        | 'wallet:read:any'
        | 'inventory:read'
        | 'inventory:audit'
        | 'inventory:write'
        | 'analytics:read'
        | 'catalogue:write'
        | 'sagas:read'
        | 'sagas:resume'
        | 'dead-letters:read'
        | 'dead-letters:settle'
        | 'accounts:read'
      )[]
    }
    /**
     * @example {
     *       "shipmentId": "S-1",
     *       "carrier": "DHL",
     *       "trackingNumber": "00340434161094042557",
     *       "items": [
     *         {
     *           "sku": "COF-ETH-250",
     *           "quantity": 2
     *         }
     *       ]
     *     }
     */
    NewShipment: {
      /** @description The same id is the same shipment */
      shipmentId: string
      carrier: string & (unknown & unknown)
      trackingNumber: string & (unknown & unknown)
      /** @description What is in it */
      items: {
        /**
         * @description Stock keeping unit
         * @example COF-ETH-250
         */
        sku: string
        quantity: number
      }[]
    }
    /**
     * @example {
     *       "customerId": "01KAJ5Z4QW8X2N6T3R9V7C1B0D",
     *       "topUpId": "T-2025-0042",
     *       "amount": {
     *         "amount": 5000,
     *         "currency": "EUR"
     *       },
     *       "reference": "Bank transfer of 21 November"
     *     }
     */
    NewTopUp: {
      /**
       * @description Whose wallet
       * @example 01KAJ5Z4QW8X2N6T3R9V7C1B0D
       */
      customerId: string
      /** @description The same id is the same money: it comes in once */
      topUpId: string
      /**
       * @description The currency of the first money in a wallet is the wallet's for good
       * @example {
       *       "amount": 1999,
       *       "currency": "EUR"
       *     }
       */
      amount: components['schemas']['Money']
      /** @description Where the money can be found: the bank transfer, the receipt */
      reference: string & (unknown & unknown)
    }
    /**
     * @example {
     *       "detail": "The customer has paid in the shop"
     *     }
     */
    NewVoidInput: {
      /**
       * @description For people
       * @default null
       */
      detail?: (string & (unknown & unknown)) | null
    }
    NoDetails: Record<string, never>
    Nothing: Record<string, never>
    Order: {
      /**
       * @description ULID
       * @example 01KAJ5Z4QW8X2N6T3R9V7C1B0D
       */
      id: string
      customerId: string
      status: components['schemas']['OrderStatus']
      readonly items: components['schemas']['OrderItem'][]
      totals: components['schemas']['OrderTotals']
      /** @description null once the personal data was erased */
      shippingAddress: components['schemas']['Address'] | null
      payment: components['schemas']['OrderPayment']
      cancellation: components['schemas']['OrderCancellation'] | null
      readonly shipments: components['schemas']['Shipment'][]
      readonly refunds: components['schemas']['Refund'][]
      /** @description Every status it has had, oldest first */
      readonly history: {
        status: components['schemas']['OrderStatus']
        /**
         * Format: date-time
         * @example 2025-11-21T09:30:00.000Z
         */
        at: string
        /** @description The triggering event */
        cause: {
          type: string
          id: string
          /** @description The event or request that it goes back to */
          causationId: string
        }
        actor: {
          /** @enum {string} */
          kind: 'customer' | 'staff' | 'service' | 'system'
          id: string
        }
      }[]
      /**
       * Format: date-time
       * @example 2025-11-21T09:30:00.000Z
       */
      placedAt: string
      /**
       * Format: date-time
       * @description Its stock is kept until then, if it is not paid
       * @example 2025-11-21T09:30:00.000Z
       */
      payBy: string
      /**
       * Format: date-time
       * @example 2025-11-21T09:30:00.000Z
       */
      updatedAt: string
      /** @description Of its stream */
      revision: string
    }
    OrderCancellation: {
      reason: string
      detail: string | null
      /** @description What was asked for and not there, where the reason is `out_of_stock` */
      readonly shortfalls: {
        /**
         * @description Stock keeping unit
         * @example COF-ETH-250
         */
        sku: string
        requested: number
        available: number
      }[]
      /**
       * Format: date-time
       * @example 2025-11-21T09:30:00.000Z
       */
      startedAt: string
      /** @description null while stock and money are still being given back */
      endedAt: string | null
    }
    /** @description Name and price are those of the moment it was ordered */
    OrderItem: {
      productId: string
      /**
       * @description Stock keeping unit
       * @example COF-ETH-250
       */
      sku: string
      name: string
      quantity: number
      unitPrice: components['schemas']['Money']
    }
    OrderPage: {
      readonly items: components['schemas']['OrderSummary'][]
      /** @description null on the last page */
      nextCursor: string | null
    }
    OrderPayment: {
      id: string
      status: components['schemas']['PaymentStatus']
      provider: string | null
      paymentMethodId: string | null
      amount: components['schemas']['Money']
      captured: components['schemas']['Money']
      refunded: components['schemas']['Money']
      /** @description Why the provider last said no */
      failure: {
        code: string
        message: string
      } | null
      readonly history: {
        status: components['schemas']['PaymentStatus']
        /**
         * Format: date-time
         * @example 2025-11-21T09:30:00.000Z
         */
        at: string
        /** @description The triggering event */
        cause: {
          type: string
          id: string
          /** @description The event or request that it goes back to */
          causationId: string
        }
        actor: {
          /** @enum {string} */
          kind: 'customer' | 'staff' | 'service' | 'system'
          id: string
        }
      }[]
    }
    OrderProgress: {
      /**
       * @description ULID
       * @example 01KAJ5Z4QW8X2N6T3R9V7C1B0D
       */
      id: string
      status: components['schemas']['OrderStatus']
      /** @description Every status it has had, oldest first */
      readonly history: {
        status: components['schemas']['OrderStatus']
        /**
         * Format: date-time
         * @example 2025-11-21T09:30:00.000Z
         */
        at: string
        /** @description The triggering event */
        cause: {
          type: string
          id: string
          /** @description The event or request that it goes back to */
          causationId: string
        }
        actor: {
          /** @enum {string} */
          kind: 'customer' | 'staff' | 'service' | 'system'
          id: string
        }
      }[]
    }
    /**
     * @example {
     *       "id": "01KAJ5Z4QW8X2N6T3R9V7C1B0D",
     *       "status": "shipped"
     *     }
     */
    OrderStanding: {
      /**
       * @description ULID
       * @example 01KAJ5Z4QW8X2N6T3R9V7C1B0D
       */
      id: string
      status: components['schemas']['OrderStatus']
    }
    /** @enum {string} */
    OrderStatus:
      | 'placed'
      | 'reserved'
      | 'paid'
      | 'fulfilling'
      | 'shipped'
      | 'delivered'
      | 'completed'
      | 'cancelled'
      | 'expired'
      | 'refund_pending'
      | 'refund_failed'
    OrderSummary: {
      /**
       * @description ULID
       * @example 01KAJ5Z4QW8X2N6T3R9V7C1B0D
       */
      id: string
      customerId: string
      status: components['schemas']['OrderStatus']
      paymentStatus: components['schemas']['PaymentStatus']
      /**
       * Format: date-time
       * @example 2025-11-21T09:30:00.000Z
       */
      placedAt: string
      /**
       * Format: date-time
       * @example 2025-11-21T09:30:00.000Z
       */
      updatedAt: string
      readonly items: components['schemas']['OrderItem'][]
      total: components['schemas']['Money']
    }
    OrderTotals: {
      items: components['schemas']['Money']
      shipping: components['schemas']['Money']
      tax: components['schemas']['Money']
      total: components['schemas']['Money']
    }
    PasswordRequest: {
      /** @example ada@example.com */
      email: string
    }
    PasswordReset: {
      /**
       * @description From the mail
       * @example Yt3mPYlBD9uKfXnRVzS5Ma1pQ0cG7hLJ2wEoT8iNq4k
       */
      token: string
      password: string
    }
    /** @description Where a payment was closed before it was begun, what only its beginning tells is null */
    Payment: {
      /**
       * @description The same as that of its order
       * @example 01KAJ5Z4QW8X2N6T3R9V7C1B0D
       */
      id: string
      /**
       * @description ULID
       * @example 01KAJ5Z4QW8X2N6T3R9V7C1B0D
       */
      orderId: string
      customerId: string | null
      provider: string | null
      paymentMethodId: string | null
      /** @description What the provider calls it */
      providerReference: string | null
      amount: components['schemas']['Money'] | null
      captured: components['schemas']['Money'] | null
      refunded: components['schemas']['Money'] | null
      status: components['schemas']['PaymentStatus']
      /** @description Why the provider last said no */
      failure: {
        code: string
        message: string
      } | null
      /**
       * Format: date-time
       * @example 2025-11-21T09:30:00.000Z
       */
      openedAt: string
      /**
       * Format: date-time
       * @example 2025-11-21T09:30:00.000Z
       */
      updatedAt: string
      readonly history: {
        status: components['schemas']['PaymentStatus']
        /**
         * Format: date-time
         * @example 2025-11-21T09:30:00.000Z
         */
        at: string
        /** @description The triggering event */
        cause: {
          type: string
          id: string
          /** @description The event or request that it goes back to */
          causationId: string
        }
        actor: {
          /** @enum {string} */
          kind: 'customer' | 'staff' | 'service' | 'system'
          id: string
        }
      }[]
      /** @description Of its stream */
      revision: string
    }
    PaymentPage: {
      readonly items: components['schemas']['Payment'][]
      /** @description null on the last page */
      nextCursor: string | null
    }
    /**
     * @example {
     *       "id": "01KAJ5Z4QW8X2N6T3R9V7C1B0D",
     *       "status": "captured"
     *     }
     */
    PaymentStanding: {
      /**
       * @description ULID
       * @example 01KAJ5Z4QW8X2N6T3R9V7C1B0D
       */
      id: string
      /** @enum {string} */
      status:
        | 'pending'
        | 'authorized'
        | 'captured'
        | 'declined'
        | 'voided'
        | 'failed'
        | 'partially_refunded'
        | 'refunded'
    }
    /** @enum {string} */
    PaymentStatus:
      | 'pending'
      | 'authorized'
      | 'captured'
      | 'declined'
      | 'voided'
      | 'failed'
      | 'partially_refunded'
      | 'refunded'
    PlacedOrder: {
      /**
       * @description ULID
       * @example 01KAJ5Z4QW8X2N6T3R9V7C1B0D
       */
      id: string
      customerId: string
      status: components['schemas']['OrderStatus']
      readonly items: components['schemas']['OrderItem'][]
      totals: components['schemas']['OrderTotals']
      /**
       * Format: date-time
       * @description Its stock is kept until then, if it is not paid
       * @example 2025-11-21T09:30:00.000Z
       */
      payBy: string
    }
    Preauthorization: {
      /**
       * @description Id of the payment
       * @example 01KAJ5Z4QW8X2N6T3R9V7C1B0D
       */
      preauthId: string
      /**
       * @description ULID
       * @example 01KAJ5Z4QW8X2N6T3R9V7C1B0D
       */
      orderId: string
      /**
       * @description PENDING: the provider has not said within the time limit, or says later; the order goes on by itself, look at it
       * @enum {string}
       */
      status: 'APPROVED' | 'DECLINED' | 'PENDING'
      /** @description Why it was declined */
      failure: {
        code: string
        message: string
      } | null
      /** @description Where the customer has to confirm it */
      redirectUrl: string | null
    }
    /** @description Newest first */
    PriceHistory: {
      readonly items: {
        price: components['schemas']['Money']
        /**
         * Format: date-time
         * @description Since when
         * @example 2025-11-21T09:30:00.000Z
         */
        from: string
        by: {
          /** @enum {string} */
          kind: 'customer' | 'staff' | 'service' | 'system'
          id: string
        }
      }[]
      /** @description null on the last page */
      nextCursor: string | null
    }
    /**
     * @description RFC 9457
     * @example {
     *       "type": "urn:orderstream:problem:not-found",
     *       "title": "There is nothing here",
     *       "status": 404,
     *       "instance": "/api/v1/orders/01KAJ5Z4QW8X2N6T3R9V7C1B0D",
     *       "correlationId": "0b8a5f0e-52b8-4c37-9d9e-0a7b3f6c7a10"
     *     }
     */
    Problem: {
      /** @description Stable: decide by this */
      type: string
      title: string
      status: number
      detail?: string
      /** @description The address that was asked */
      instance: string
      /** @description Name it when you report the problem */
      correlationId: string
      errors?: {
        /** @enum {string} */
        in: 'body' | 'query' | 'path' | 'header'
        /** @description JSON pointer (RFC 6901) */
        pointer: string
        code: string
        message: string
      }[]
    } & {
      [key: string]: unknown
    }
    Product: {
      /**
       * @description Stable
       * @example ethiopia-guji-250
       */
      id: string
      /**
       * @description Stock keeping unit
       * @example COF-ETH-250
       */
      sku: string
      name: string
      description: string
      category: {
        /**
         * @description Stable
         * @example coffee
         */
        id: string
        name: string
      }
      price: components['schemas']['Money']
      /** @description Pieces that can be ordered now */
      available: number
      /** @description Whether it is for sale. Others are shown to staff only. */
      active: boolean
      readonly images: components['schemas']['ProductImage'][]
      /**
       * Format: date-time
       * @example 2025-11-21T09:30:00.000Z
       */
      createdAt: string
    }
    /**
     * @example {
     *       "price": {
     *         "amount": 1190,
     *         "currency": "EUR"
     *       }
     *     }
     */
    ProductChange: {
      name?: string & (unknown & unknown)
      description?: string
      /**
       * @description Stable
       * @example coffee
       */
      categoryId?: string
      price?: components['schemas']['Money']
      active?: boolean
    }
    /** @description How many there are for each further choice: each count heeds all filters but its own */
    ProductFacets: {
      /** @description Products that all filters leave */
      total: number
      /** @description Those that hold any, here or below, in the order of the tree */
      categories: {
        /**
         * @description Stable
         * @example coffee
         */
        id: string
        name: string
        parentId: string | null
        count: number
      }[]
      readonly priceBands: {
        currency: string
        /** @description Minor units, included */
        from: number
        /** @description Minor units, included; null: without an end */
        to: number | null
        count: number
      }[]
      inStock: number
    }
    ProductImage: {
      /**
       * @description ULID in lower case
       * @example 01kaj5z4qw8x2n6t3r9v7c1b0d
       */
      id: string
      /**
       * @description Of this API
       * @example /api/v1/images/01kaj5z4qw8x2n6t3r9v7c1b0d
       */
      url: string
      /** @description What it shows, for those who do not see it */
      alt: string
      /** @enum {string} */
      contentType: 'image/png' | 'image/jpeg' | 'image/webp' | 'image/gif'
      /** @description Pixels */
      width: number
      /** @description Pixels */
      height: number
      bytes: number
    }
    /**
     * @example {
     *       "alt": "A bag of coffee",
     *       "position": 0
     *     }
     */
    ProductImageChange: {
      alt?: '' | (string & (unknown & unknown))
      /** @description Among the images of the product, from 0 */
      position?: number
    }
    ProductImageUploadInput: {
      /**
       * Format: binary
       * @description PNG, JPEG, WebP or GIF, by its content
       */
      file: string
      /**
       * @description What it shows, for those who do not see it
       * @default
       */
      alt?: string
    }
    ProductPage: {
      items: components['schemas']['Product'][]
      /** @description null on the last page */
      nextCursor: string | null
      /** @description Words of the search that nothing has, and what was looked for instead */
      readonly corrections: {
        word: string
        readonly alternatives: string[]
      }[]
      /** @description Where they were asked for */
      facets: components['schemas']['ProductFacets'] | null
    }
    ProductSales: {
      sku: string
      name: string
      /**
       * @description ISO 4217
       * @example EUR
       */
      currency: string
      orders: number
      units: number
      /** @description Minor units (cents) */
      revenue: number
    }
    ProductSalesList: {
      /**
       * Format: date
       * @description A day of UTC, inclusive
       * @example 2025-11-21
       */
      from: string
      /**
       * Format: date
       * @description A day of UTC, inclusive
       * @example 2025-11-21
       */
      to: string
      /** @constant */
      by: 'product'
      readonly items: components['schemas']['ProductSales'][]
    }
    /**
     * @example {
     *       "name": "Ada King"
     *     }
     */
    ProfileChange: {
      name?: string & (unknown & unknown)
      /** @description Ends all sessions */
      password?: {
        current: string
        new: string
      }
    }
    /**
     * @example {
     *       "status": "ready",
     *       "checks": {
     *         "postgres": "up",
     *         "eventStore": "up"
     *       }
     *     }
     */
    Ready: {
      /** @constant */
      status: 'ready'
      /** @description By part */
      checks: {
        [key: string]: 'up' | 'down'
      }
    }
    RefreshRequest: {
      /** @example mE3xYw0bS7vQ2kUa9cLrP5tHd1fJ6gNz8iOqX4yBsVo */
      refreshToken: string
    }
    Refund: {
      id: string
      /** @enum {string} */
      status: 'pending' | 'settled' | 'failed'
      amount: components['schemas']['Money']
      readonly lines: {
        /**
         * @description Stock keeping unit
         * @example COF-ETH-250
         */
        sku: string
        quantity: number
      }[]
      restock: boolean
      cancelsOrder: boolean
      reason: string
      /**
       * Format: date-time
       * @example 2025-11-21T09:30:00.000Z
       */
      requestedAt: string
      settledAt: string | null
      failure: {
        code: string
        message: string
      } | null
    }
    RefundOfOrder: {
      /**
       * @description ULID
       * @example 01KAJ5Z4QW8X2N6T3R9V7C1B0D
       */
      orderId: string
      /** @description Unique for its order */
      refundId: string
      /** @enum {string} */
      status: 'pending' | 'settled' | 'failed'
      amount: components['schemas']['Money']
      readonly lines: {
        /**
         * @description Stock keeping unit
         * @example COF-ETH-250
         */
        sku: string
        quantity: number
      }[]
      restock: boolean
      cancelsOrder: boolean
      reason: string
      /**
       * Format: date-time
       * @example 2025-11-21T09:30:00.000Z
       */
      requestedAt: string
      settledAt: string | null
      /** @description Why the provider refused it */
      failure: {
        code: string
        message: string
      } | null
      /** @description How often the provider was asked */
      attempts: number
      /**
       * Format: date-time
       * @example 2025-11-21T09:30:00.000Z
       */
      updatedAt: string
    }
    RefundPage: {
      readonly items: components['schemas']['RefundOfOrder'][]
      /** @description null on the last page */
      nextCursor: string | null
    }
    /**
     * @example {
     *       "email": "ada@example.com",
     *       "password": "correct horse battery",
     *       "name": "Ada Lovelace"
     *     }
     */
    Registration: {
      /** @example ada@example.com */
      email: string
      password: string
      name: string & (unknown & unknown)
    }
    ReplayedDeadLetter: {
      /**
       * @description As the list tells it
       * @example order-processes.0b8a5f0e-52b8-4c37-9d9e-0a7b3f6c7a10
       */
      id: string
      /**
       * @description failed: it stays where it is
       * @enum {string}
       */
      outcome: 'replayed' | 'failed'
      /** @description Why it could not be handled */
      reason: string | null
    }
    Resumption: {
      /**
       * @description ULID
       * @example 01KAJ5Z4QW8X2N6T3R9V7C1B0D
       */
      orderId: string
      /** @enum {string} */
      outcome: 'moved' | 'waiting' | 'failed'
      /** @description Of the order, now */
      status: string
      /** @description Why it could not be taken further */
      reason: string | null
      /** @description As the read model had it just now; null where it is over */
      saga: components['schemas']['Saga'] | null
    }
    /** @enum {string} */
    Role: 'customer' | 'support' | 'warehouse' | 'admin'
    /**
     * @example {
     *       "roles": [
     *         "customer",
     *         "support"
     *       ]
     *     }
     */
    RoleChange: {
      roles: components['schemas']['Role'][]
    }
    Saga: {
      /**
       * @description ULID
       * @example 01KAJ5Z4QW8X2N6T3R9V7C1B0D
       */
      orderId: string
      /**
       * @description stuck: it has not moved for longer than its step allows
       * @enum {string}
       */
      state: 'in_flight' | 'stuck'
      /**
       * @description What is to happen to it next
       * @enum {string}
       */
      step:
        | 'reserve'
        | 'await_payment'
        | 'pay'
        | 'give_back'
        | 'refund'
        | 'retry_refund'
        | 'dispatch'
        | 'deliver'
        | 'complete'
      /** @enum {string} */
      waitsFor: 'shop' | 'customer' | 'payment_provider' | 'warehouse' | 'carrier' | 'clock' | 'operator'
      /** @description What it waits for, in words */
      reason: string
      /**
       * Format: date-time
       * @description When it last moved
       * @example 2025-11-21T09:30:00.000Z
       */
      since: string
      /**
       * Format: date-time
       * @description From then on it is stuck
       * @example 2025-11-21T09:30:00.000Z
       */
      stuckAt: string
      lastEvent: {
        type: string
        id: string
        /**
         * Format: date-time
         * @example 2025-11-21T09:30:00.000Z
         */
        at: string
        actor: {
          /** @enum {string} */
          kind: 'customer' | 'staff' | 'service' | 'system'
          id: string
        }
      }
      /** @description Of the order's stream */
      revision: string
    }
    SalesInCurrency: {
      /**
       * @description ISO 4217
       * @example EUR
       */
      currency: string
      /** @description Orders placed */
      placed: number
      /** @description Minor units (cents) */
      placedAmount: number
      /** @description Those of the orders placed that were paid, whenever that was */
      converted: number
      /** @description `converted` of `placed`, 0 to 1 */
      conversion: number | null
      /** @description Orders paid in this time, whenever they were placed */
      paid: number
      /** @description Minor units (cents) */
      revenue: number
      /** @description Of an order that was paid; null where none was */
      averageValue: number | null
      /** @description Orders cancelled or expired in this time */
      cancelled: number
      /** @description Refunds settled in this time */
      refunds: number
      /** @description Minor units (cents) */
      refunded: number
      readonly cancellations: {
        /** @enum {string} */
        reason:
          | 'out_of_stock'
          | 'payment_declined'
          | 'capture_failed'
          | 'expired'
          | 'requested_by_customer'
          | 'requested_by_staff'
        orders: number
        /** @description Minor units (cents) */
        amount: number
      }[]
    }
    SalesInTime: {
      /**
       * Format: date-time
       * @description Of the hour or day
       * @example 2025-11-21T09:30:00.000Z
       */
      start: string
      /**
       * @description ISO 4217
       * @example EUR
       */
      currency: string
      /** @description Orders placed */
      placed: number
      /** @description Minor units (cents) */
      placedAmount: number
      /** @description Those of the orders placed that were paid, whenever that was */
      converted: number
      /** @description `converted` of `placed`, 0 to 1 */
      conversion: number | null
      /** @description Orders paid in this time, whenever they were placed */
      paid: number
      /** @description Minor units (cents) */
      revenue: number
      /** @description Of an order that was paid; null where none was */
      averageValue: number | null
      /** @description Orders cancelled or expired in this time */
      cancelled: number
      /** @description Refunds settled in this time */
      refunds: number
      /** @description Minor units (cents) */
      refunded: number
    }
    SalesMetrics: {
      /**
       * Format: date
       * @description A day of UTC, inclusive
       * @example 2025-11-21
       */
      from: string
      /**
       * Format: date
       * @description A day of UTC, inclusive
       * @example 2025-11-21
       */
      to: string
      readonly items: components['schemas']['SalesInCurrency'][]
    }
    SalesSeries: {
      /**
       * Format: date
       * @description A day of UTC, inclusive
       * @example 2025-11-21
       */
      from: string
      /**
       * Format: date
       * @description A day of UTC, inclusive
       * @example 2025-11-21
       */
      to: string
      /** @enum {string} */
      by: 'hour' | 'day'
      readonly items: components['schemas']['SalesInTime'][]
    }
    ServiceAccount: {
      /**
       * @description `client_id`
       * @example service-01KAJ5Z4QW8X2N6T3R9V7C1B0D
       */
      id: string
      /** @example billing */
      name: string
      readonly scopes: string[]
      /**
       * Format: date-time
       * @example 2025-11-21T09:30:00.000Z
       */
      createdAt: string
    }
    ServiceAccountList: {
      readonly items: components['schemas']['ServiceAccount'][]
    }
    Shipment: {
      id: string
      carrier: string
      trackingNumber: string
      readonly lines: {
        /**
         * @description Stock keeping unit
         * @example COF-ETH-250
         */
        sku: string
        quantity: number
      }[]
      /**
       * Format: date-time
       * @example 2025-11-21T09:30:00.000Z
       */
      dispatchedAt: string
      deliveredAt: string | null
    }
    StatementEntry: {
      revision: string
      /** @enum {string} */
      type: 'WalletToppedUp' | 'FundsHeld' | 'HoldCaptured' | 'HoldReleased' | 'WalletCredited'
      eventId: string
      /**
       * Format: date-time
       * @example 2025-11-21T09:30:00.000Z
       */
      at: string
      /** @description Minor units; negative where money went */
      availableChange: number
      heldChange: number
      /** @description After it */
      available: components['schemas']['Money']
      /** @description After it */
      held: components['schemas']['Money']
      /** @description Of the top-up, hold or credit */
      subjectId: string
      /** @description The payment that it was for */
      paymentId: string | null
      reason: string | null
    }
    /**
     * @example {
     *       "delta": -2,
     *       "reason": "Broken in the warehouse"
     *     }
     */
    StockAdjustment: {
      /** @description Pieces more (positive) or fewer than the books say */
      delta: number
      reason: string & (unknown & unknown)
    }
    /**
     * @example {
     *       "skus": [
     *         "COF-ETH-250",
     *         "GEAR-KET-01"
     *       ]
     *     }
     */
    StockBatch: {
      skus: string[]
    }
    /**
     * @example {
     *       "sku": "COF-ETH-250",
     *       "onHand": 12,
     *       "available": 10,
     *       "reserved": 2
     *     }
     */
    StockLevel: {
      /**
       * @description Stock keeping unit
       * @example COF-ETH-250
       */
      sku: string
      /** @description On the shelf: available and reserved */
      onHand: number
      /** @description Can be ordered */
      available: number
      /** @description Kept for orders under way */
      reserved: number
    }
    StockLevels: {
      /** @description In the order in which they were asked for, each once */
      items: components['schemas']['StockLevel'][]
      /** @description Those that never had stock */
      unknown: string[]
    }
    StockMovement: {
      /**
       * @description Stock keeping unit
       * @example COF-ETH-250
       */
      sku: string
      revision: string
      /** @enum {string} */
      type:
        | 'StockReceived'
        | 'StockAdjusted'
        | 'StockReserved'
        | 'ReservationReleased'
        | 'ReservationCommitted'
        | 'StockReturned'
      eventId: string
      /**
       * Format: date-time
       * @example 2025-11-21T09:30:00.000Z
       */
      at: string
      /** @description Pieces; negative where they went */
      onHandChange: number
      reservedChange: number
      /** @description After it */
      onHand: number
      /** @description After it */
      reserved: number
      /** @description After it */
      available: number
      /** @description The order that it was for */
      orderId: string | null
      /** @description Of a delivery; or why it was adjusted */
      reference: string | null
      actor: {
        /** @enum {string} */
        kind: 'customer' | 'staff' | 'service' | 'system'
        id: string
      }
    }
    StockMovements: {
      readonly items: components['schemas']['StockMovement'][]
      /** @description null on the last page */
      nextCursor: string | null
    }
    /**
     * @example {
     *       "quantity": 100,
     *       "reference": "PO-2025-1187"
     *     }
     */
    StockReceipt: {
      quantity: number
      /** @description The delivery that it came with */
      reference: string & (unknown & unknown)
    }
    TokenAnswer: {
      access_token: string
      /** @constant */
      token_type: 'Bearer'
      expires_in: number
      scope: string
    }
    /**
     * @example {
     *       "grant_type": "client_credentials",
     *       "client_id": "service-01KAJ5Z4QW8X2N6T3R9V7C1B0D",
     *       "client_secret": "Yt3mPYlBD9uKfXnRVzS5Ma1pQ0cG7hLJ2wEoT8iNq4k",
     *       "scope": "orders:read:any"
     *     }
     */
    TokenRequest: {
      /** @description `client_credentials` */
      grant_type: string
      client_id?: string
      client_secret?: string
      /** @description With blanks between; all that the client may have if left out */
      scope?: string
    }
    Tokens: {
      /** @description JWT; send it as `Authorization: Bearer …` */
      accessToken: string
      /** @constant */
      tokenType: 'Bearer'
      /** @description Seconds */
      expiresIn: number
      /** @description For `/auth/refresh`, once: a second use ends the session. Keep it secret. */
      refreshToken: string
      /** @description Seconds */
      refreshExpiresIn: number
    }
    User: {
      id: string
      email: string
      name: string
      readonly roles: components['schemas']['Role'][]
      emailVerifiedAt: string | null
      /**
       * Format: date-time
       * @example 2025-11-21T09:30:00.000Z
       */
      createdAt: string
    }
    UserBatch: {
      readonly items: components['schemas']['User'][]
    }
    UserIds: {
      ids: string[]
    }
    UserPage: {
      readonly items: components['schemas']['User'][]
      /** @description null on the last page */
      nextCursor: string | null
    }
    Wallet: {
      customerId: string
      /** @description Can be spent */
      available: components['schemas']['Money']
      /** @description Kept for payments under way */
      held: components['schemas']['Money']
      /**
       * Format: date-time
       * @example 2025-11-21T09:30:00.000Z
       */
      updatedAt: string
      /** @description Of its stream */
      revision: string
    }
    WalletBalance: {
      /**
       * @description ULID
       * @example 01KAJ5Z4QW8X2N6T3R9V7C1B0D
       */
      customerId: string
      /** @description Can be spent */
      available: components['schemas']['Money']
      /** @description Held for orders under way */
      held: components['schemas']['Money']
    }
    WalletStatement: {
      readonly items: components['schemas']['StatementEntry'][]
      /** @description null on the last page */
      nextCursor: string | null
    }
    /** @description As the provider sends it */
    Webhook: {
      [key: string]: unknown
    }
    /**
     * @example {
     *       "outcome": "taken"
     *     }
     */
    WebhookReceived: {
      /**
       * @description taken: it counts; given_back: it came too late, and the money went back; repeated: it had been sent before; irrelevant, unknown: nothing of this shop; contradicted: it says otherwise than before, and people have to look
       * @enum {string}
       */
      outcome: 'taken' | 'given_back' | 'repeated' | 'irrelevant' | 'unknown' | 'contradicted'
    }
  }
  responses: {
    /** @description It costs something else; or: This can not be done as things stand; or: This idempotency key stands for another request; or: There is no such payment method */
    'amount-differs.or.command-rejected.or.idempotency-key-reused.or.unknown-payment-method.idempotent': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?:
            | 'urn:orderstream:problem:amount-differs'
            | 'urn:orderstream:problem:command-rejected'
            | 'urn:orderstream:problem:idempotency-key-reused'
            | 'urn:orderstream:problem:unknown-payment-method'
        }
      }
    }
    /** @description Too many requests for the same thing at once; or: A part of the system can not be reached */
    'busy.or.unavailable': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        'Retry-After': components['headers']['Retry-After']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:busy' | 'urn:orderstream:problem:unavailable'
        }
      }
    }
    /** @description Too many requests for the same thing at once; or: A part of the system can not be reached */
    'busy.or.unavailable.idempotent': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
        'Retry-After': components['headers']['Retry-After']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:busy' | 'urn:orderstream:problem:unavailable'
        }
      }
    }
    /** @description Too many requests for the same thing at once; or: A part of the system can not be reached */
    'busy.or.unavailable.unlimited': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        'Retry-After': components['headers']['Retry-After']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:busy' | 'urn:orderstream:problem:unavailable'
        }
      }
    }
    /** @description There is nothing in the cart; or: This can not be done as things stand; or: This idempotency key stands for another request; or: The products are priced in several currencies; or: The shop does not deliver there; or: The order is too large; or: Some of the products are not for sale; or: There is no such payment method */
    'cart-empty.or.command-rejected.or.idempotency-key-reused.or.mixed-currencies.or.not-deliverable.or.order-too-large.or.products-unavailable.or.unknown-payment-method.idempotent': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?:
            | 'urn:orderstream:problem:cart-empty'
            | 'urn:orderstream:problem:command-rejected'
            | 'urn:orderstream:problem:idempotency-key-reused'
            | 'urn:orderstream:problem:mixed-currencies'
            | 'urn:orderstream:problem:not-deliverable'
            | 'urn:orderstream:problem:order-too-large'
            | 'urn:orderstream:problem:products-unavailable'
            | 'urn:orderstream:problem:unknown-payment-method'
        }
      }
    }
    /** @description The cart does not hold so much; or: This idempotency key stands for another request; or: Some of the products are not for sale */
    'cart-full.or.idempotency-key-reused.or.products-unavailable.idempotent': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?:
            | 'urn:orderstream:problem:cart-full'
            | 'urn:orderstream:problem:idempotency-key-reused'
            | 'urn:orderstream:problem:products-unavailable'
        }
      }
    }
    /** @description The cart does not hold so much; or: Some of the products are not for sale */
    'cart-full.or.products-unavailable': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:cart-full' | 'urn:orderstream:problem:products-unavailable'
        }
      }
    }
    /** @description The category is not empty */
    'category-in-use': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:category-in-use'
        }
      }
    }
    /** @description The category can not be put there; or: This idempotency key stands for another request; or: There is no such category */
    'category-misplaced.or.idempotency-key-reused.or.unknown-category.idempotent': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?:
            | 'urn:orderstream:problem:category-misplaced'
            | 'urn:orderstream:problem:idempotency-key-reused'
            | 'urn:orderstream:problem:unknown-category'
        }
      }
    }
    /** @description The category can not be put there; or: There is no such category */
    'category-misplaced.or.unknown-category': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:category-misplaced' | 'urn:orderstream:problem:unknown-category'
        }
      }
    }
    /** @description This can not be done as things stand; or: This idempotency key stands for another request */
    'command-rejected.or.idempotency-key-reused.idempotent': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:command-rejected' | 'urn:orderstream:problem:idempotency-key-reused'
        }
      }
    }
    /** @description This can not be done as things stand; or: This idempotency key stands for another request; or: The products are priced in several currencies; or: The shop does not deliver there; or: The order is too large; or: Some of the products are not for sale; or: There is no such payment method */
    'command-rejected.or.idempotency-key-reused.or.mixed-currencies.or.not-deliverable.or.order-too-large.or.products-unavailable.or.unknown-payment-method.idempotent': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?:
            | 'urn:orderstream:problem:command-rejected'
            | 'urn:orderstream:problem:idempotency-key-reused'
            | 'urn:orderstream:problem:mixed-currencies'
            | 'urn:orderstream:problem:not-deliverable'
            | 'urn:orderstream:problem:order-too-large'
            | 'urn:orderstream:problem:products-unavailable'
            | 'urn:orderstream:problem:unknown-payment-method'
        }
      }
    }
    /** @description You may not do this */
    forbidden: {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        /**
         * @description How to identify yourself (RFC 6750)
         * @example Bearer error="invalid_token"
         */
        'WWW-Authenticate'?: string
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:forbidden'
        }
      }
    }
    /** @description You may not do this */
    'forbidden.idempotent': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
        /**
         * @description How to identify yourself (RFC 6750)
         * @example Bearer error="invalid_token"
         */
        'WWW-Authenticate'?: string
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:forbidden'
        }
      }
    }
    /** @description You may not do this */
    'forbidden.unlimited': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        /**
         * @description How to identify yourself (RFC 6750)
         * @example Bearer error="invalid_token"
         */
        'WWW-Authenticate'?: string
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:forbidden'
        }
      }
    }
    /** @description The same request is being carried out */
    'idempotency-in-flight.idempotent': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
        'Retry-After': components['headers']['Retry-After']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:idempotency-in-flight'
        }
      }
    }
    /** @description The same request is being carried out; or: Its stock is not reserved yet; or: It is being paid for in another way */
    'idempotency-in-flight.or.order-not-reserved.or.payment-method-differs.idempotent': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
        /**
         * @description Seconds until it makes sense to ask again
         * @example 2
         */
        'Retry-After'?: string
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?:
            | 'urn:orderstream:problem:idempotency-in-flight'
            | 'urn:orderstream:problem:order-not-reserved'
            | 'urn:orderstream:problem:payment-method-differs'
        }
      }
    }
    /** @description The same request is being carried out; or: There is a product with this sku already */
    'idempotency-in-flight.or.sku-taken.idempotent': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
        /**
         * @description Seconds until it makes sense to ask again
         * @example 2
         */
        'Retry-After'?: string
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:idempotency-in-flight' | 'urn:orderstream:problem:sku-taken'
        }
      }
    }
    /** @description The same request is being carried out; or: There is a category with this slug already */
    'idempotency-in-flight.or.slug-taken.idempotent': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
        /**
         * @description Seconds until it makes sense to ask again
         * @example 2
         */
        'Retry-After'?: string
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:idempotency-in-flight' | 'urn:orderstream:problem:slug-taken'
        }
      }
    }
    /** @description This idempotency key stands for another request */
    'idempotency-key-reused.idempotent': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:idempotency-key-reused'
        }
      }
    }
    /** @description This idempotency key stands for another request; or: The product has as many images as it may have; or: The shop can not show this file */
    'idempotency-key-reused.or.too-many-images.or.unusable-image.idempotent': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?:
            | 'urn:orderstream:problem:idempotency-key-reused'
            | 'urn:orderstream:problem:too-many-images'
            | 'urn:orderstream:problem:unusable-image'
        }
      }
    }
    /** @description This idempotency key stands for another request; or: There is no such category */
    'idempotency-key-reused.or.unknown-category.idempotent': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:idempotency-key-reused' | 'urn:orderstream:problem:unknown-category'
        }
      }
    }
    /** @description Something went wrong on our side */
    internal: {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:internal'
        }
      }
    }
    /** @description Something went wrong on our side */
    'internal.idempotent': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:internal'
        }
      }
    }
    /** @description Something went wrong on our side */
    'internal.unlimited': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:internal'
        }
      }
    }
    /** @description There is no such client with this secret */
    'invalid-client': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        'WWW-Authenticate': components['headers']['WWW-Authenticate']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:invalid-client'
        }
      }
    }
    /** @description E-mail address or password are wrong */
    'invalid-credentials': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:invalid-credentials'
        }
      }
    }
    /** @description The cursor was not made by this listing; or: The request is not valid */
    'invalid-cursor.or.invalid-request': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:invalid-cursor' | 'urn:orderstream:problem:invalid-request'
        }
      }
    }
    /** @description The cursor was not made by this listing; or: The request is not valid; or: The request can not be read */
    'invalid-cursor.or.invalid-request.or.malformed-request': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?:
            | 'urn:orderstream:problem:invalid-cursor'
            | 'urn:orderstream:problem:invalid-request'
            | 'urn:orderstream:problem:malformed-request'
        }
      }
    }
    /** @description The refresh token is not valid, or not any more */
    'invalid-refresh-token': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:invalid-refresh-token'
        }
      }
    }
    /** @description The request is not valid */
    'invalid-request': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:invalid-request'
        }
      }
    }
    /** @description The request is not valid; or: The client may not have all of these scopes; or: The request can not be read; or: This kind of grant is not supported */
    'invalid-request.or.invalid-scope.or.malformed-request.or.unsupported-grant': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?:
            | 'urn:orderstream:problem:invalid-request'
            | 'urn:orderstream:problem:invalid-scope'
            | 'urn:orderstream:problem:malformed-request'
            | 'urn:orderstream:problem:unsupported-grant'
        }
      }
    }
    /** @description The request is not valid; or: The request can not be read */
    'invalid-request.or.malformed-request': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:invalid-request' | 'urn:orderstream:problem:malformed-request'
        }
      }
    }
    /** @description The request is not valid; or: The request can not be read */
    'invalid-request.or.malformed-request.idempotent': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:invalid-request' | 'urn:orderstream:problem:malformed-request'
        }
      }
    }
    /** @description The request is not valid; or: The request can not be read; or: The webhook was not sent by its provider just now */
    'invalid-request.or.malformed-request.or.webhook-not-genuine.unlimited': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?:
            | 'urn:orderstream:problem:invalid-request'
            | 'urn:orderstream:problem:malformed-request'
            | 'urn:orderstream:problem:webhook-not-genuine'
        }
      }
    }
    /** @description The token is not valid, or not any more */
    'invalid-token': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:invalid-token'
        }
      }
    }
    /** @description The request can not be read */
    'malformed-request.unlimited': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:malformed-request'
        }
      }
    }
    /** @description There is one with this name already */
    'name-taken': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:name-taken'
        }
      }
    }
    /** @description There is nothing here */
    'not-found': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:not-found'
        }
      }
    }
    /** @description There is nothing here */
    'not-found.idempotent': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:not-found'
        }
      }
    }
    /** @description There is nothing here */
    'not-found.unlimited': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:not-found'
        }
      }
    }
    /** @description You can not take the admin role from yourself */
    'own-admin-role': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:own-admin-role'
        }
      }
    }
    /** @description The body is too large */
    'payload-too-large': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:payload-too-large'
        }
      }
    }
    /** @description The body is too large */
    'payload-too-large.idempotent': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:payload-too-large'
        }
      }
    }
    /** @description The body is too large */
    'payload-too-large.unlimited': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:payload-too-large'
        }
      }
    }
    /** @description The read model does not have it yet */
    'position-not-reached': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        'Retry-After': components['headers']['Retry-After']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:position-not-reached'
        }
      }
    }
    /** @description It is not as you have seen it */
    'precondition-failed': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        /** @description What it is at now, where that is known */
        ETag?: string
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:precondition-failed'
        }
      }
    }
    /** @description It is not as you have seen it */
    'precondition-failed.idempotent': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
        /** @description What it is at now, where that is known */
        ETag?: string
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:precondition-failed'
        }
      }
    }
    /** @description Say what you have seen */
    'precondition-required': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:precondition-required'
        }
      }
    }
    /** @description Too many requests */
    'rate-limited': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        'Retry-After': components['headers']['Retry-After']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:rate-limited'
        }
      }
    }
    /** @description Too many requests */
    'rate-limited.idempotent': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
        'Retry-After': components['headers']['Retry-After']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:rate-limited'
        }
      }
    }
    /** @description Too many requests; or: Too many attempts to sign in */
    'rate-limited.or.too-many-attempts': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        'Retry-After': components['headers']['Retry-After']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:rate-limited' | 'urn:orderstream:problem:too-many-attempts'
        }
      }
    }
    /** @description Too many requests; or: You follow as many orders at once as you may */
    'rate-limited.or.too-many-connections': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        'Retry-After': components['headers']['Retry-After']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:rate-limited' | 'urn:orderstream:problem:too-many-connections'
        }
      }
    }
    /** @description There is a category with this slug already */
    'slug-taken': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:slug-taken'
        }
      }
    }
    /** @description Sign in first */
    unauthenticated: {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        'WWW-Authenticate': components['headers']['WWW-Authenticate']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:unauthenticated'
        }
      }
    }
    /** @description Sign in first */
    'unauthenticated.idempotent': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
        'WWW-Authenticate': components['headers']['WWW-Authenticate']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:unauthenticated'
        }
      }
    }
    /** @description Sign in first */
    'unauthenticated.unlimited': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        'WWW-Authenticate': components['headers']['WWW-Authenticate']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:unauthenticated'
        }
      }
    }
    /** @description A part of the system can not be reached */
    unavailable: {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        'Retry-After': components['headers']['Retry-After']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:unavailable'
        }
      }
    }
    /** @description A part of the system can not be reached */
    'unavailable.idempotent': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
        'Retry-After': components['headers']['Retry-After']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:unavailable'
        }
      }
    }
    /** @description A part of the system can not be reached */
    'unavailable.unlimited': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        'Retry-After': components['headers']['Retry-After']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:unavailable'
        }
      }
    }
    /** @description There is no such category */
    'unknown-category': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:unknown-category'
        }
      }
    }
    /** @description The body must be JSON */
    'unsupported-media-type': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:unsupported-media-type'
        }
      }
    }
    /** @description The body must be JSON */
    'unsupported-media-type.idempotent': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:unsupported-media-type'
        }
      }
    }
    /** @description The body must be JSON */
    'unsupported-media-type.unlimited': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:unsupported-media-type'
        }
      }
    }
    /** @description The current password is another one */
    'wrong-password': {
      headers: {
        'X-Request-Id': components['headers']['X-Request-Id']
        'X-Correlation-Id': components['headers']['X-Correlation-Id']
        RateLimit: components['headers']['RateLimit']
        'RateLimit-Policy': components['headers']['RateLimit-Policy']
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {string} */
          type?: 'urn:orderstream:problem:wrong-password'
        }
      }
    }
  }
  parameters: {
    /** @description Goes into every event that comes of the request. Made up where it is not sent. */
    CorrelationId: string
    /**
     * @description A key of your own for this request, for instance a UUID. A repetition with it changes nothing.
     * @example 5f3c8a52-0a3f-4b8f-9d67-2c1f6c2f7e0b
     */
    IdempotencyKey: string
    /** @description `ETag` of the answer that you have: 304, without a body, where it would be the same. */
    IfNoneMatch: string
    /**
     * @description `Position` of an earlier answer: the query waits until it sees what that request changed.
     * @example 18342/18342
     */
    IfPositionReached: string
    /**
     * @description The same as If-Position-Reached, for whoever can set no header. Where both are there the header counts.
     * @example 18342/18342
     */
    Position: string
  }
  requestBodies: never
  headers: {
    /**
     * @description Requests that remain, and seconds until there are all again. Missing where none are counted.
     * @example "default";r=2999;t=60
     */
    RateLimit: string
    /**
     * @description The limit: so many requests in a window of so many seconds
     * @example "default";q=3000;w=60
     */
    'RateLimit-Policy': string
    /**
     * @description This request
     * @example 019aa5a4-2f1c-7e60-8a51-6f1f5b0b7a33
     */
    'X-Request-Id': string
    /**
     * @description As it was sent, or made up
     * @example 0b8a5f0e-52b8-4c37-9d9e-0a7b3f6c7a10
     */
    'X-Correlation-Id': string
    /**
     * @description Seconds until it makes sense to ask again
     * @example 2
     */
    'Retry-After': string
    /**
     * @description How to identify yourself (RFC 6750)
     * @example Bearer error="invalid_token"
     */
    'WWW-Authenticate': string
    /**
     * @description The answer was given before, to the same request with the same Idempotency-Key
     * @example true
     */
    'Idempotency-Replayed': 'true'
  }
  pathItems: never
}
export type $defs = Record<string, never>
export interface operations {
  getJwks: {
    parameters: {
      query?: never
      header?: {
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Keys that access tokens are checked by */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "keys": [
           *         {
           *           "kty": "RSA",
           *           "kid": "kid",
           *           "use": "sig",
           *           "alg": "RS256",
           *           "n": "n",
           *           "e": "e"
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['JwkSet']
        }
      }
      500: components['responses']['internal.unlimited']
      503: components['responses']['unavailable.unlimited']
    }
  }
  listDeadLetters: {
    parameters: {
      query?: {
        /** @description Who could not handle it */
        source?: 'process' | 'read-model'
        /** @description How many at most */
        limit?: number
        /** @description Where the page begins: `nextCursor` of the page before */
        cursor?: string
      }
      header?: {
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The oldest first */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "order-processes.0b8a5f0e-52b8-4c37-9d9e-0a7b3f6c7a10",
           *           "source": {
           *             "kind": "process",
           *             "name": "order-processes"
           *           },
           *           "event": {
           *             "id": "id",
           *             "type": "type",
           *             "stream": "stream",
           *             "revision": "revision"
           *           },
           *           "parkedAt": "2025-11-21T09:30:00.000Z",
           *           "cause": "cause",
           *           "retries": 1
           *         }
           *       ],
           *       "nextCursor": "nextCursor"
           *     }
           */
          'application/json': {
            readonly items: components['schemas']['DeadLetter'][]
            /** @description null on the last page */
            nextCursor: string | null
          }
        }
      }
      400: components['responses']['invalid-cursor.or.invalid-request']
      401: components['responses']['unauthenticated']
      403: components['responses']['forbidden']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  replayDeadLetters: {
    parameters: {
      query?: {
        /** @description How many at most */
        limit?: number
      }
      header?: {
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description What came of each. Those that fail again stay where they are */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "order-processes.0b8a5f0e-52b8-4c37-9d9e-0a7b3f6c7a10",
           *           "outcome": "replayed",
           *           "reason": "reason"
           *         }
           *       ],
           *       "remaining": 1
           *     }
           */
          'application/json': {
            readonly items: components['schemas']['ReplayedDeadLetter'][]
            /** @description How many there are now */
            remaining: number
          }
        }
      }
      400: components['responses']['invalid-request.or.malformed-request']
      401: components['responses']['unauthenticated']
      403: components['responses']['forbidden']
      413: components['responses']['payload-too-large']
      415: components['responses']['unsupported-media-type']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  getDeadLetter: {
    parameters: {
      query?: never
      header?: {
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path: {
        /**
         * @description As the list tells it
         * @example order-processes.0b8a5f0e-52b8-4c37-9d9e-0a7b3f6c7a10
         */
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description What was put aside, and why */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "order-processes.0b8a5f0e-52b8-4c37-9d9e-0a7b3f6c7a10",
           *       "source": {
           *         "kind": "process",
           *         "name": "order-processes"
           *       },
           *       "event": {
           *         "id": "id",
           *         "type": "type",
           *         "stream": "stream",
           *         "revision": "revision"
           *       },
           *       "parkedAt": "2025-11-21T09:30:00.000Z",
           *       "cause": "cause",
           *       "retries": 1
           *     }
           */
          'application/json': components['schemas']['DeadLetter']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request']
      401: components['responses']['unauthenticated']
      403: components['responses']['forbidden']
      404: components['responses']['not-found']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  discardDeadLetter: {
    parameters: {
      query?: never
      header?: {
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path: {
        /**
         * @description As the list tells it
         * @example order-processes.0b8a5f0e-52b8-4c37-9d9e-0a7b3f6c7a10
         */
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description It will not be handled */
      204: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid-request.or.malformed-request']
      401: components['responses']['unauthenticated']
      403: components['responses']['forbidden']
      404: components['responses']['not-found']
      413: components['responses']['payload-too-large']
      415: components['responses']['unsupported-media-type']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  replayDeadLetter: {
    parameters: {
      query?: never
      header?: {
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path: {
        /**
         * @description As the list tells it
         * @example order-processes.0b8a5f0e-52b8-4c37-9d9e-0a7b3f6c7a10
         */
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description What came of it. One that fails again stays where it is */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "order-processes.0b8a5f0e-52b8-4c37-9d9e-0a7b3f6c7a10",
           *       "outcome": "replayed",
           *       "reason": "reason"
           *     }
           */
          'application/json': components['schemas']['ReplayedDeadLetter']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request']
      401: components['responses']['unauthenticated']
      403: components['responses']['forbidden']
      404: components['responses']['not-found']
      413: components['responses']['payload-too-large']
      415: components['responses']['unsupported-media-type']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  listSagas: {
    parameters: {
      query?: {
        /** @description stuck: it has not moved for longer than its step allows */
        state?: 'in_flight' | 'stuck'
        /** @description What is to happen to it next */
        step?:
          | 'reserve'
          | 'await_payment'
          | 'pay'
          | 'give_back'
          | 'refund'
          | 'retry_refund'
          | 'dispatch'
          | 'deliver'
          | 'complete'
        /** @description How many at most */
        limit?: number
        /** @description Where the page begins: `nextCursor` of the page before */
        cursor?: string
      }
      header?: {
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Those first that have stood for the longest time */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "orderId": "01KAJ5Z4QW8X2N6T3R9V7C1B0D",
           *           "state": "in_flight",
           *           "step": "reserve",
           *           "waitsFor": "shop",
           *           "reason": "reason",
           *           "since": "2025-11-21T09:30:00.000Z",
           *           "stuckAt": "2025-11-21T09:30:00.000Z",
           *           "lastEvent": {
           *             "type": "type",
           *             "id": "id",
           *             "at": "2025-11-21T09:30:00.000Z",
           *             "actor": {
           *               "kind": "customer",
           *               "id": "id"
           *             }
           *           },
           *           "revision": "revision"
           *         }
           *       ],
           *       "nextCursor": "nextCursor"
           *     }
           */
          'application/json': {
            readonly items: components['schemas']['Saga'][]
            /** @description null on the last page */
            nextCursor: string | null
          }
        }
      }
      400: components['responses']['invalid-cursor.or.invalid-request']
      401: components['responses']['unauthenticated']
      403: components['responses']['forbidden']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  resumeSaga: {
    parameters: {
      query?: never
      header?: {
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path: {
        /**
         * @description ULID
         * @example 01KAJ5Z4QW8X2N6T3R9V7C1B0D
         */
        orderId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description What came of it. An order that only waits for somebody stays where it is */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "orderId": "01KAJ5Z4QW8X2N6T3R9V7C1B0D",
           *       "outcome": "moved",
           *       "status": "status",
           *       "reason": "reason",
           *       "saga": {
           *         "orderId": "01KAJ5Z4QW8X2N6T3R9V7C1B0D",
           *         "state": "in_flight",
           *         "step": "reserve",
           *         "waitsFor": "shop",
           *         "reason": "reason",
           *         "since": "2025-11-21T09:30:00.000Z",
           *         "stuckAt": "2025-11-21T09:30:00.000Z",
           *         "lastEvent": {
           *           "type": "type",
           *           "id": "id",
           *           "at": "2025-11-21T09:30:00.000Z",
           *           "actor": {
           *             "kind": "customer",
           *             "id": "id"
           *           }
           *         },
           *         "revision": "revision"
           *       }
           *     }
           */
          'application/json': components['schemas']['Resumption']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request']
      401: components['responses']['unauthenticated']
      403: components['responses']['forbidden']
      404: components['responses']['not-found']
      413: components['responses']['payload-too-large']
      415: components['responses']['unsupported-media-type']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  getDashboard: {
    parameters: {
      query?: {
        /**
         * @description The same as If-Position-Reached, for whoever can set no header. Where both are there the header counts.
         * @example 18342/18342
         */
        position?: components['parameters']['Position']
      }
      header?: {
        /**
         * @description `Position` of an earlier answer: the query waits until it sees what that request changed.
         * @example 18342/18342
         */
        'If-Position-Reached'?: components['parameters']['IfPositionReached']
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Today, the last 30 days, and what needs looking after */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "from": "2025-11-21",
           *       "to": "2025-11-21",
           *       "today": [
           *         {
           *           "currency": "EUR",
           *           "placed": 1,
           *           "placedAmount": 1,
           *           "converted": 1,
           *           "conversion": 1,
           *           "paid": 1,
           *           "revenue": 1,
           *           "averageValue": 1,
           *           "cancelled": 1,
           *           "refunds": 1,
           *           "refunded": 1,
           *           "cancellations": [
           *             {
           *               "reason": "out_of_stock",
           *               "orders": 1,
           *               "amount": 1
           *             }
           *           ]
           *         }
           *       ],
           *       "metrics": [
           *         {
           *           "currency": "EUR",
           *           "placed": 1,
           *           "placedAmount": 1,
           *           "converted": 1,
           *           "conversion": 1,
           *           "paid": 1,
           *           "revenue": 1,
           *           "averageValue": 1,
           *           "cancelled": 1,
           *           "refunds": 1,
           *           "refunded": 1,
           *           "cancellations": [
           *             {
           *               "reason": "out_of_stock",
           *               "orders": 1,
           *               "amount": 1
           *             }
           *           ]
           *         }
           *       ],
           *       "byDay": [
           *         {
           *           "start": "2025-11-21T09:30:00.000Z",
           *           "currency": "EUR",
           *           "placed": 1,
           *           "placedAmount": 1,
           *           "converted": 1,
           *           "conversion": 1,
           *           "paid": 1,
           *           "revenue": 1,
           *           "averageValue": 1,
           *           "cancelled": 1,
           *           "refunds": 1,
           *           "refunded": 1
           *         }
           *       ],
           *       "topProducts": [
           *         {
           *           "sku": "sku",
           *           "name": "name",
           *           "currency": "EUR",
           *           "orders": 1,
           *           "units": 1,
           *           "revenue": 1
           *         }
           *       ],
           *       "lowStock": [
           *         {
           *           "sku": "sku",
           *           "available": 1,
           *           "threshold": 1
           *         }
           *       ],
           *       "orders": [
           *         {
           *           "status": "placed",
           *           "orders": 1
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['Dashboard']
        }
      }
      400: components['responses']['invalid-request']
      401: components['responses']['unauthenticated']
      403: components['responses']['forbidden']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
      504: components['responses']['position-not-reached']
    }
  }
  getSalesMetrics: {
    parameters: {
      query?: {
        /**
         * @description A day of UTC, inclusive
         * @example 2025-11-21
         */
        from?: string
        /**
         * @description A day of UTC, inclusive
         * @example 2025-11-21
         */
        to?: string
        /**
         * @description The same as If-Position-Reached, for whoever can set no header. Where both are there the header counts.
         * @example 18342/18342
         */
        position?: components['parameters']['Position']
      }
      header?: {
        /**
         * @description `Position` of an earlier answer: the query waits until it sees what that request changed.
         * @example 18342/18342
         */
        'If-Position-Reached'?: components['parameters']['IfPositionReached']
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Sums of some days, by currency */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "from": "2025-11-21",
           *       "to": "2025-11-21",
           *       "items": [
           *         {
           *           "currency": "EUR",
           *           "placed": 1,
           *           "placedAmount": 1,
           *           "converted": 1,
           *           "conversion": 1,
           *           "paid": 1,
           *           "revenue": 1,
           *           "averageValue": 1,
           *           "cancelled": 1,
           *           "refunds": 1,
           *           "refunded": 1,
           *           "cancellations": [
           *             {
           *               "reason": "out_of_stock",
           *               "orders": 1,
           *               "amount": 1
           *             }
           *           ]
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['SalesMetrics']
        }
      }
      400: components['responses']['invalid-request']
      401: components['responses']['unauthenticated']
      403: components['responses']['forbidden']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
      504: components['responses']['position-not-reached']
    }
  }
  getSales: {
    parameters: {
      query?: {
        /**
         * @description A day of UTC, inclusive
         * @example 2025-11-21
         */
        from?: string
        /**
         * @description A day of UTC, inclusive
         * @example 2025-11-21
         */
        to?: string
        /** @description What is summed up in a row */
        by?: 'hour' | 'day' | 'product'
        /**
         * @description The same as If-Position-Reached, for whoever can set no header. Where both are there the header counts.
         * @example 18342/18342
         */
        position?: components['parameters']['Position']
      }
      header?: {
        /**
         * @description `Position` of an earlier answer: the query waits until it sees what that request changed.
         * @example 18342/18342
         */
        'If-Position-Reached'?: components['parameters']['IfPositionReached']
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description By currency; also hours and days without sales */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "from": "2025-11-21",
           *       "to": "2025-11-21",
           *       "by": "hour",
           *       "items": [
           *         {
           *           "start": "2025-11-21T09:30:00.000Z",
           *           "currency": "EUR",
           *           "placed": 1,
           *           "placedAmount": 1,
           *           "converted": 1,
           *           "conversion": 1,
           *           "paid": 1,
           *           "revenue": 1,
           *           "averageValue": 1,
           *           "cancelled": 1,
           *           "refunds": 1,
           *           "refunded": 1
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['SalesSeries'] | components['schemas']['ProductSalesList']
        }
      }
      400: components['responses']['invalid-request']
      401: components['responses']['unauthenticated']
      403: components['responses']['forbidden']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
      504: components['responses']['position-not-reached']
    }
  }
  getSalesCsv: {
    parameters: {
      query?: {
        /**
         * @description A day of UTC, inclusive
         * @example 2025-11-21
         */
        from?: string
        /**
         * @description A day of UTC, inclusive
         * @example 2025-11-21
         */
        to?: string
        /** @description What is summed up in a row */
        by?: 'hour' | 'day' | 'product'
        /**
         * @description The same as If-Position-Reached, for whoever can set no header. Where both are there the header counts.
         * @example 18342/18342
         */
        position?: components['parameters']['Position']
      }
      header?: {
        /**
         * @description `Position` of an earlier answer: the query waits until it sees what that request changed.
         * @example 18342/18342
         */
        'If-Position-Reached'?: components['parameters']['IfPositionReached']
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The same as a table (RFC 4180), with a line of headings */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content: {
          /** @example text */
          'text/csv': string
        }
      }
      400: components['responses']['invalid-request']
      401: components['responses']['unauthenticated']
      403: components['responses']['forbidden']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
      504: components['responses']['position-not-reached']
    }
  }
  forgotPassword: {
    parameters: {
      query?: never
      header?: {
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "email": "ada@example.com"
         *     }
         */
        'application/json': components['schemas']['PasswordRequest']
      }
    }
    responses: {
      /** @description A mail was sent, if there is an account with this address */
      202: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "status": "mail_sent"
           *     }
           */
          'application/json': components['schemas']['MailSent']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request']
      413: components['responses']['payload-too-large']
      415: components['responses']['unsupported-media-type']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  login: {
    parameters: {
      query?: never
      header?: {
        /** @description Of an anonymous cart: as the answer that began it gave it */
        'cart-token'?: string
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "email": "customer@demo.test",
         *       "password": "orderstream-demo"
         *     }
         */
        'application/json': components['schemas']['Credentials']
      }
    }
    responses: {
      /** @description Signed in */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "accessToken": "accessToken",
           *       "tokenType": "Bearer",
           *       "expiresIn": 1,
           *       "refreshToken": "refreshToken",
           *       "refreshExpiresIn": 1
           *     }
           */
          'application/json': components['schemas']['Tokens']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request']
      401: components['responses']['invalid-credentials']
      413: components['responses']['payload-too-large']
      415: components['responses']['unsupported-media-type']
      429: components['responses']['rate-limited.or.too-many-attempts']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  logout: {
    parameters: {
      query?: never
      header?: {
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "refreshToken": "mE3xYw0bS7vQ2kUa9cLrP5tHd1fJ6gNz8iOqX4yBsVo"
         *     }
         */
        'application/json': components['schemas']['RefreshRequest']
      }
    }
    responses: {
      /** @description The session has ended, or there was none */
      204: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid-request.or.malformed-request']
      413: components['responses']['payload-too-large']
      415: components['responses']['unsupported-media-type']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  refresh: {
    parameters: {
      query?: never
      header?: {
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "refreshToken": "mE3xYw0bS7vQ2kUa9cLrP5tHd1fJ6gNz8iOqX4yBsVo"
         *     }
         */
        'application/json': components['schemas']['RefreshRequest']
      }
    }
    responses: {
      /** @description New tokens; the old refresh token is good no more */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "accessToken": "accessToken",
           *       "tokenType": "Bearer",
           *       "expiresIn": 1,
           *       "refreshToken": "refreshToken",
           *       "refreshExpiresIn": 1
           *     }
           */
          'application/json': components['schemas']['Tokens']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request']
      401: components['responses']['invalid-refresh-token']
      413: components['responses']['payload-too-large']
      415: components['responses']['unsupported-media-type']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  register: {
    parameters: {
      query?: never
      header?: {
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "email": "ada@example.com",
         *       "password": "correct horse battery",
         *       "name": "Ada Lovelace"
         *     }
         */
        'application/json': components['schemas']['Registration']
      }
    }
    responses: {
      /** @description A mail was sent to the address: it says how to go on */
      202: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "status": "mail_sent"
           *     }
           */
          'application/json': components['schemas']['MailSent']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request']
      413: components['responses']['payload-too-large']
      415: components['responses']['unsupported-media-type']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  resetPassword: {
    parameters: {
      query?: never
      header?: {
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "token": "Yt3mPYlBD9uKfXnRVzS5Ma1pQ0cG7hLJ2wEoT8iNq4k",
         *       "password": "password--"
         *     }
         */
        'application/json': components['schemas']['PasswordReset']
      }
    }
    responses: {
      /** @description The new password counts; all sessions have ended */
      204: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid-request.or.malformed-request']
      413: components['responses']['payload-too-large']
      415: components['responses']['unsupported-media-type']
      422: components['responses']['invalid-token']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  getServiceToken: {
    parameters: {
      query?: never
      header?: {
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "grant_type": "client_credentials",
         *       "client_id": "service-01KAJ5Z4QW8X2N6T3R9V7C1B0D",
         *       "client_secret": "Yt3mPYlBD9uKfXnRVzS5Ma1pQ0cG7hLJ2wEoT8iNq4k",
         *       "scope": "orders:read:any"
         *     }
         */
        'application/x-www-form-urlencoded': components['schemas']['TokenRequest']
        /**
         * @example {
         *       "grant_type": "client_credentials",
         *       "client_id": "service-01KAJ5Z4QW8X2N6T3R9V7C1B0D",
         *       "client_secret": "Yt3mPYlBD9uKfXnRVzS5Ma1pQ0cG7hLJ2wEoT8iNq4k",
         *       "scope": "orders:read:any"
         *     }
         */
        'application/json': components['schemas']['TokenRequest']
      }
    }
    responses: {
      /** @description An access token */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "access_token": "access_token",
           *       "token_type": "Bearer",
           *       "expires_in": 1,
           *       "scope": "scope"
           *     }
           */
          'application/json': components['schemas']['TokenAnswer']
        }
      }
      400: components['responses']['invalid-request.or.invalid-scope.or.malformed-request.or.unsupported-grant']
      401: components['responses']['invalid-client']
      413: components['responses']['payload-too-large']
      415: components['responses']['unsupported-media-type']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  verifyEmail: {
    parameters: {
      query?: never
      header?: {
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "token": "Yt3mPYlBD9uKfXnRVzS5Ma1pQ0cG7hLJ2wEoT8iNq4k"
         *     }
         */
        'application/json': components['schemas']['EmailVerification']
      }
    }
    responses: {
      /** @description Verified: there is an account now */
      204: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid-request.or.malformed-request']
      413: components['responses']['payload-too-large']
      415: components['responses']['unsupported-media-type']
      422: components['responses']['invalid-token']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  getCart: {
    parameters: {
      query?: {
        /**
         * @description Where to: adds totals with shipping and tax
         * @example DE
         */
        country?: string
      }
      header?: {
        /** @description Of an anonymous cart: as the answer that began it gave it */
        'cart-token'?: string
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The cart */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "productId": "ethiopia-guji-250",
           *           "sku": "sku",
           *           "name": "name",
           *           "imageUrl": "imageUrl",
           *           "quantity": 1,
           *           "unitPrice": {
           *             "amount": 1999,
           *             "currency": "EUR"
           *           },
           *           "lineTotal": {
           *             "amount": 1999,
           *             "currency": "EUR"
           *           },
           *           "available": 1,
           *           "notices": [
           *             {
           *               "kind": "price_changed",
           *               "was": {
           *                 "amount": 1999,
           *                 "currency": "EUR"
           *               }
           *             }
           *           ]
           *         }
           *       ],
           *       "subtotal": {
           *         "amount": 1999,
           *         "currency": "EUR"
           *       },
           *       "totals": {
           *         "items": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         },
           *         "shipping": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         },
           *         "tax": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         },
           *         "total": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         }
           *       },
           *       "totalsRefusal": "empty",
           *       "notices": [
           *         {
           *           "kind": "quantity_limited",
           *           "productId": "productId"
           *         }
           *       ],
           *       "expiresAt": "2025-11-21T09:30:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Cart']
        }
      }
      400: components['responses']['invalid-request']
      401: components['responses']['unauthenticated']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['busy.or.unavailable']
    }
  }
  clearCart: {
    parameters: {
      query?: never
      header?: {
        /** @description Of an anonymous cart: as the answer that began it gave it */
        'cart-token'?: string
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Empty */
      204: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid-request.or.malformed-request']
      401: components['responses']['unauthenticated']
      413: components['responses']['payload-too-large']
      415: components['responses']['unsupported-media-type']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['busy.or.unavailable']
    }
  }
  checkOutCart: {
    parameters: {
      query?: never
      header?: {
        /**
         * @description `wait=N`: wait up to N seconds for the order to settle
         * @example wait=5
         */
        prefer?: string
        /** @description Of an anonymous cart: as the answer that began it gave it */
        'cart-token'?: string
        /**
         * @description A key of your own for this request, for instance a UUID. A repetition with it changes nothing.
         * @example 5f3c8a52-0a3f-4b8f-9d67-2c1f6c2f7e0b
         */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey']
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "shippingAddress": {
         *         "name": "Ada Lovelace",
         *         "line1": "12 St James’s Square",
         *         "city": "London",
         *         "postalCode": "SW1Y 4JH",
         *         "country": "GB"
         *       },
         *       "paymentMethodId": "sim_approve"
         *     }
         */
        'application/json': components['schemas']['CartCheckoutInput']
      }
    }
    responses: {
      /** @description Settled within the time that was preferred: paid or cancelled */
      201: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
          /** @description The order */
          Location?: string
          /** @description `wait` as it was granted */
          'Preference-Applied'?: string
          /** @description Send it as If-Position-Reached with a query that has to see the change */
          Position?: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "01KAJ5Z4QW8X2N6T3R9V7C1B0D",
           *       "customerId": "customerId",
           *       "status": "placed",
           *       "items": [
           *         {
           *           "productId": "productId",
           *           "sku": "COF-ETH-250",
           *           "name": "name",
           *           "quantity": 1,
           *           "unitPrice": {
           *             "amount": 1999,
           *             "currency": "EUR"
           *           }
           *         }
           *       ],
           *       "totals": {
           *         "items": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         },
           *         "shipping": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         },
           *         "tax": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         },
           *         "total": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         }
           *       },
           *       "shippingAddress": {
           *         "name": "Ada Lovelace",
           *         "line1": "12 St James’s Square",
           *         "city": "London",
           *         "postalCode": "SW1Y 4JH",
           *         "country": "GB"
           *       },
           *       "payment": {
           *         "id": "id",
           *         "status": "pending",
           *         "provider": "provider",
           *         "paymentMethodId": "paymentMethodId",
           *         "amount": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         },
           *         "captured": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         },
           *         "refunded": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         },
           *         "failure": {
           *           "code": "code",
           *           "message": "message"
           *         },
           *         "history": [
           *           {
           *             "status": "pending",
           *             "at": "2025-11-21T09:30:00.000Z",
           *             "cause": {
           *               "type": "type",
           *               "id": "id",
           *               "causationId": "causationId"
           *             },
           *             "actor": {
           *               "kind": "customer",
           *               "id": "id"
           *             }
           *           }
           *         ]
           *       },
           *       "cancellation": {
           *         "reason": "reason",
           *         "detail": "detail",
           *         "shortfalls": [
           *           {
           *             "sku": "COF-ETH-250",
           *             "requested": 1,
           *             "available": 1
           *           }
           *         ],
           *         "startedAt": "2025-11-21T09:30:00.000Z",
           *         "endedAt": "2025-11-21T09:30:00.000Z"
           *       },
           *       "shipments": [
           *         {
           *           "id": "id",
           *           "carrier": "carrier",
           *           "trackingNumber": "trackingNumber",
           *           "lines": [
           *             {
           *               "sku": "COF-ETH-250",
           *               "quantity": 1
           *             }
           *           ],
           *           "dispatchedAt": "2025-11-21T09:30:00.000Z",
           *           "deliveredAt": "2025-11-21T09:30:00.000Z"
           *         }
           *       ],
           *       "refunds": [
           *         {
           *           "id": "id",
           *           "status": "pending",
           *           "amount": {
           *             "amount": 1999,
           *             "currency": "EUR"
           *           },
           *           "lines": [
           *             {
           *               "sku": "COF-ETH-250",
           *               "quantity": 1
           *             }
           *           ],
           *           "restock": true,
           *           "cancelsOrder": true,
           *           "reason": "reason",
           *           "requestedAt": "2025-11-21T09:30:00.000Z",
           *           "settledAt": "2025-11-21T09:30:00.000Z",
           *           "failure": {
           *             "code": "code",
           *             "message": "message"
           *           }
           *         }
           *       ],
           *       "history": [
           *         {
           *           "status": "placed",
           *           "at": "2025-11-21T09:30:00.000Z",
           *           "cause": {
           *             "type": "type",
           *             "id": "id",
           *             "causationId": "causationId"
           *           },
           *           "actor": {
           *             "kind": "customer",
           *             "id": "id"
           *           }
           *         }
           *       ],
           *       "placedAt": "2025-11-21T09:30:00.000Z",
           *       "payBy": "2025-11-21T09:30:00.000Z",
           *       "updatedAt": "2025-11-21T09:30:00.000Z",
           *       "revision": "revision"
           *     }
           */
          'application/json': components['schemas']['Order']
        }
      }
      /** @description Placed; the checkout is under way */
      202: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
          /** @description The order */
          Location?: string
          /** @description `wait` as it was granted */
          'Preference-Applied'?: string
          /** @description Send it as If-Position-Reached with a query that has to see the change */
          Position?: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "01KAJ5Z4QW8X2N6T3R9V7C1B0D",
           *       "customerId": "customerId",
           *       "status": "placed",
           *       "items": [
           *         {
           *           "productId": "productId",
           *           "sku": "COF-ETH-250",
           *           "name": "name",
           *           "quantity": 1,
           *           "unitPrice": {
           *             "amount": 1999,
           *             "currency": "EUR"
           *           }
           *         }
           *       ],
           *       "totals": {
           *         "items": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         },
           *         "shipping": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         },
           *         "tax": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         },
           *         "total": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         }
           *       },
           *       "payBy": "2025-11-21T09:30:00.000Z"
           *     }
           */
          'application/json': components['schemas']['PlacedOrder']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request.idempotent']
      401: components['responses']['unauthenticated.idempotent']
      403: components['responses']['forbidden.idempotent']
      409: components['responses']['idempotency-in-flight.idempotent']
      413: components['responses']['payload-too-large.idempotent']
      415: components['responses']['unsupported-media-type.idempotent']
      422: components['responses']['cart-empty.or.command-rejected.or.idempotency-key-reused.or.mixed-currencies.or.not-deliverable.or.order-too-large.or.products-unavailable.or.unknown-payment-method.idempotent']
      429: components['responses']['rate-limited.idempotent']
      500: components['responses']['internal.idempotent']
      503: components['responses']['busy.or.unavailable.idempotent']
    }
  }
  addCartItem: {
    parameters: {
      query?: never
      header?: {
        /** @description Of an anonymous cart: as the answer that began it gave it */
        'cart-token'?: string
        /**
         * @description A key of your own for this request, for instance a UUID. A repetition with it changes nothing.
         * @example 5f3c8a52-0a3f-4b8f-9d67-2c1f6c2f7e0b
         */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey']
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "productId": "yirgacheffe-250",
         *       "quantity": 2
         *     }
         */
        'application/json': components['schemas']['NewCartItemInput']
      }
    }
    responses: {
      /** @description The cart with it */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
          /** @description Of an anonymous cart that has just begun: send it with every call for this cart. Keep it secret. */
          'Cart-Token'?: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "productId": "ethiopia-guji-250",
           *           "sku": "sku",
           *           "name": "name",
           *           "imageUrl": "imageUrl",
           *           "quantity": 1,
           *           "unitPrice": {
           *             "amount": 1999,
           *             "currency": "EUR"
           *           },
           *           "lineTotal": {
           *             "amount": 1999,
           *             "currency": "EUR"
           *           },
           *           "available": 1,
           *           "notices": [
           *             {
           *               "kind": "price_changed",
           *               "was": {
           *                 "amount": 1999,
           *                 "currency": "EUR"
           *               }
           *             }
           *           ]
           *         }
           *       ],
           *       "subtotal": {
           *         "amount": 1999,
           *         "currency": "EUR"
           *       },
           *       "totals": {
           *         "items": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         },
           *         "shipping": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         },
           *         "tax": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         },
           *         "total": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         }
           *       },
           *       "totalsRefusal": "empty",
           *       "notices": [
           *         {
           *           "kind": "quantity_limited",
           *           "productId": "productId"
           *         }
           *       ],
           *       "expiresAt": "2025-11-21T09:30:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Cart']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request.idempotent']
      401: components['responses']['unauthenticated.idempotent']
      409: components['responses']['idempotency-in-flight.idempotent']
      413: components['responses']['payload-too-large.idempotent']
      415: components['responses']['unsupported-media-type.idempotent']
      422: components['responses']['cart-full.or.idempotency-key-reused.or.products-unavailable.idempotent']
      429: components['responses']['rate-limited.idempotent']
      500: components['responses']['internal.idempotent']
      503: components['responses']['busy.or.unavailable.idempotent']
    }
  }
  setCartItem: {
    parameters: {
      query?: never
      header?: {
        /** @description Of an anonymous cart: as the answer that began it gave it */
        'cart-token'?: string
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path: {
        /**
         * @description Stable
         * @example ethiopia-guji-250
         */
        productId: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "quantity": 3
         *     }
         */
        'application/json': components['schemas']['CartItemChange']
      }
    }
    responses: {
      /** @description The cart with so many of it */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          /** @description Of an anonymous cart that has just begun: send it with every call for this cart. Keep it secret. */
          'Cart-Token'?: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "productId": "ethiopia-guji-250",
           *           "sku": "sku",
           *           "name": "name",
           *           "imageUrl": "imageUrl",
           *           "quantity": 1,
           *           "unitPrice": {
           *             "amount": 1999,
           *             "currency": "EUR"
           *           },
           *           "lineTotal": {
           *             "amount": 1999,
           *             "currency": "EUR"
           *           },
           *           "available": 1,
           *           "notices": [
           *             {
           *               "kind": "price_changed",
           *               "was": {
           *                 "amount": 1999,
           *                 "currency": "EUR"
           *               }
           *             }
           *           ]
           *         }
           *       ],
           *       "subtotal": {
           *         "amount": 1999,
           *         "currency": "EUR"
           *       },
           *       "totals": {
           *         "items": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         },
           *         "shipping": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         },
           *         "tax": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         },
           *         "total": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         }
           *       },
           *       "totalsRefusal": "empty",
           *       "notices": [
           *         {
           *           "kind": "quantity_limited",
           *           "productId": "productId"
           *         }
           *       ],
           *       "expiresAt": "2025-11-21T09:30:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Cart']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request']
      401: components['responses']['unauthenticated']
      404: components['responses']['not-found']
      413: components['responses']['payload-too-large']
      415: components['responses']['unsupported-media-type']
      422: components['responses']['cart-full.or.products-unavailable']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['busy.or.unavailable']
    }
  }
  removeCartItem: {
    parameters: {
      query?: never
      header?: {
        /** @description Of an anonymous cart: as the answer that began it gave it */
        'cart-token'?: string
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path: {
        /**
         * @description Stable
         * @example ethiopia-guji-250
         */
        productId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The cart without it */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "productId": "ethiopia-guji-250",
           *           "sku": "sku",
           *           "name": "name",
           *           "imageUrl": "imageUrl",
           *           "quantity": 1,
           *           "unitPrice": {
           *             "amount": 1999,
           *             "currency": "EUR"
           *           },
           *           "lineTotal": {
           *             "amount": 1999,
           *             "currency": "EUR"
           *           },
           *           "available": 1,
           *           "notices": [
           *             {
           *               "kind": "price_changed",
           *               "was": {
           *                 "amount": 1999,
           *                 "currency": "EUR"
           *               }
           *             }
           *           ]
           *         }
           *       ],
           *       "subtotal": {
           *         "amount": 1999,
           *         "currency": "EUR"
           *       },
           *       "totals": {
           *         "items": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         },
           *         "shipping": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         },
           *         "tax": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         },
           *         "total": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         }
           *       },
           *       "totalsRefusal": "empty",
           *       "notices": [
           *         {
           *           "kind": "quantity_limited",
           *           "productId": "productId"
           *         }
           *       ],
           *       "expiresAt": "2025-11-21T09:30:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Cart']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request']
      401: components['responses']['unauthenticated']
      404: components['responses']['not-found']
      413: components['responses']['payload-too-large']
      415: components['responses']['unsupported-media-type']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['busy.or.unavailable']
    }
  }
  listCategories: {
    parameters: {
      query?: never
      header?: {
        /** @description `ETag` of the answer that you have: 304, without a body, where it would be the same. */
        'If-None-Match'?: components['parameters']['IfNoneMatch']
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The whole tree */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          /** @description Send it as If-None-Match; where the resource has a version, as If-Match with a change */
          ETag?: string
          /** @description How long it may be kept */
          'Cache-Control'?: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "coffee",
           *           "slug": "coffee-beans",
           *           "name": "name",
           *           "parentId": "coffee",
           *           "position": 1,
           *           "depth": 1
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['CategoryTree']
        }
      }
      /** @description Not Modified */
      304: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          /** @description Send it as If-None-Match; where the resource has a version, as If-Match with a change */
          ETag?: string
          /** @description How long it may be kept */
          'Cache-Control'?: string
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid-request']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  createCategory: {
    parameters: {
      query?: never
      header?: {
        /**
         * @description A key of your own for this request, for instance a UUID. A repetition with it changes nothing.
         * @example 5f3c8a52-0a3f-4b8f-9d67-2c1f6c2f7e0b
         */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey']
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "Coffee beans",
         *       "parentId": "coffee"
         *     }
         */
        'application/json': components['schemas']['NewCategoryInput']
      }
    }
    responses: {
      /** @description Created */
      201: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
          /** @description The category */
          Location?: string
          /** @description Its version: send it as If-Match with a change */
          ETag?: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "coffee",
           *       "slug": "coffee-beans",
           *       "name": "name",
           *       "parentId": "coffee",
           *       "position": 1
           *     }
           */
          'application/json': components['schemas']['Category']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request.idempotent']
      401: components['responses']['unauthenticated.idempotent']
      403: components['responses']['forbidden.idempotent']
      409: components['responses']['idempotency-in-flight.or.slug-taken.idempotent']
      413: components['responses']['payload-too-large.idempotent']
      415: components['responses']['unsupported-media-type.idempotent']
      422: components['responses']['category-misplaced.or.idempotency-key-reused.or.unknown-category.idempotent']
      429: components['responses']['rate-limited.idempotent']
      500: components['responses']['internal.idempotent']
      503: components['responses']['unavailable.idempotent']
    }
  }
  getCategory: {
    parameters: {
      query?: never
      header?: {
        /** @description `ETag` of the answer that you have: 304, without a body, where it would be the same. */
        'If-None-Match'?: components['parameters']['IfNoneMatch']
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path: {
        /**
         * @description Stable
         * @example coffee
         */
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The category */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          /** @description Send it as If-None-Match; where the resource has a version, as If-Match with a change */
          ETag?: string
          /** @description How long it may be kept */
          'Cache-Control'?: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "coffee",
           *       "slug": "coffee-beans",
           *       "name": "name",
           *       "parentId": "coffee",
           *       "position": 1
           *     }
           */
          'application/json': components['schemas']['Category']
        }
      }
      /** @description Not Modified */
      304: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          /** @description Send it as If-None-Match; where the resource has a version, as If-Match with a change */
          ETag?: string
          /** @description How long it may be kept */
          'Cache-Control'?: string
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid-request.or.malformed-request']
      404: components['responses']['not-found']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  deleteCategory: {
    parameters: {
      query?: never
      header?: {
        /** @description ETag of the resource as you have seen it: 412 where it has changed since */
        'if-match'?: string
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path: {
        /**
         * @description Stable
         * @example coffee
         */
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Gone */
      204: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid-request.or.malformed-request']
      401: components['responses']['unauthenticated']
      403: components['responses']['forbidden']
      404: components['responses']['not-found']
      409: components['responses']['category-in-use']
      412: components['responses']['precondition-failed']
      413: components['responses']['payload-too-large']
      415: components['responses']['unsupported-media-type']
      428: components['responses']['precondition-required']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  changeCategory: {
    parameters: {
      query?: never
      header?: {
        /** @description ETag of the resource as you have seen it: 412 where it has changed since */
        'if-match'?: string
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path: {
        /**
         * @description Stable
         * @example coffee
         */
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "Beans",
         *       "position": 0
         *     }
         */
        'application/json': components['schemas']['CategoryChange']
      }
    }
    responses: {
      /** @description Changed */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          /** @description Its version: send it as If-Match with a change */
          ETag?: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "coffee",
           *       "slug": "coffee-beans",
           *       "name": "name",
           *       "parentId": "coffee",
           *       "position": 1
           *     }
           */
          'application/json': components['schemas']['Category']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request']
      401: components['responses']['unauthenticated']
      403: components['responses']['forbidden']
      404: components['responses']['not-found']
      409: components['responses']['slug-taken']
      412: components['responses']['precondition-failed']
      413: components['responses']['payload-too-large']
      415: components['responses']['unsupported-media-type']
      422: components['responses']['category-misplaced.or.unknown-category']
      428: components['responses']['precondition-required']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  getCustomerHistory: {
    parameters: {
      query?: {
        /** @description How many at most */
        limit?: number
        /** @description Where the page begins: `nextCursor` of the page before */
        cursor?: string
        /**
         * @description The same as If-Position-Reached, for whoever can set no header. Where both are there the header counts.
         * @example 18342/18342
         */
        position?: components['parameters']['Position']
      }
      header?: {
        /**
         * @description `Position` of an earlier answer: the query waits until it sees what that request changed.
         * @example 18342/18342
         */
        'If-Position-Reached'?: components['parameters']['IfPositionReached']
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path: {
        /** @description Of the account */
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Newest first; empty for whoever has never ordered */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "01KAJ5Z4QW8X2N6T3R9V7C1B0D",
           *           "customerId": "customerId",
           *           "status": "placed",
           *           "paymentStatus": "pending",
           *           "placedAt": "2025-11-21T09:30:00.000Z",
           *           "updatedAt": "2025-11-21T09:30:00.000Z",
           *           "items": [
           *             {
           *               "productId": "productId",
           *               "sku": "COF-ETH-250",
           *               "name": "name",
           *               "quantity": 1,
           *               "unitPrice": {
           *                 "amount": 1999,
           *                 "currency": "EUR"
           *               }
           *             }
           *           ],
           *           "total": {
           *             "amount": 1999,
           *             "currency": "EUR"
           *           }
           *         }
           *       ],
           *       "nextCursor": "nextCursor",
           *       "customerId": "customerId",
           *       "totals": [
           *         {
           *           "currency": "currency",
           *           "orders": 1,
           *           "paid": 1,
           *           "cancelled": 1,
           *           "spent": {
           *             "amount": 1999,
           *             "currency": "EUR"
           *           },
           *           "refunded": {
           *             "amount": 1999,
           *             "currency": "EUR"
           *           },
           *           "firstOrderAt": "2025-11-21T09:30:00.000Z",
           *           "lastOrderAt": "2025-11-21T09:30:00.000Z"
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['CustomerHistory']
        }
      }
      400: components['responses']['invalid-cursor.or.invalid-request.or.malformed-request']
      401: components['responses']['unauthenticated']
      403: components['responses']['forbidden']
      404: components['responses']['not-found']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
      504: components['responses']['position-not-reached']
    }
  }
  getImage: {
    parameters: {
      query?: never
      header?: {
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path: {
        /**
         * @description ULID in lower case
         * @example 01kaj5z4qw8x2n6t3r9v7c1b0d
         */
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The image. What is under this address never changes. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          /** @description Of its bytes */
          ETag?: string
          /** @description A year */
          'Cache-Control'?: string
          [name: string]: unknown
        }
        content: {
          /** @example text */
          'image/png': string
          /** @example text */
          'image/jpeg': string
          /** @example text */
          'image/webp': string
          /** @example text */
          'image/gif': string
        }
      }
      /** @description You have it */
      304: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['malformed-request.unlimited']
      404: components['responses']['not-found.unlimited']
      500: components['responses']['internal.unlimited']
      503: components['responses']['unavailable.unlimited']
    }
  }
  listLowStock: {
    parameters: {
      query: {
        /** @description What runs low; there is no other list */
        lowStock: 'true'
        /** @description How many at most */
        limit?: number
        /** @description Where the page begins: `nextCursor` of the page before */
        cursor?: string
        /**
         * @description The same as If-Position-Reached, for whoever can set no header. Where both are there the header counts.
         * @example 18342/18342
         */
        position?: components['parameters']['Position']
      }
      header?: {
        /**
         * @description `Position` of an earlier answer: the query waits until it sees what that request changed.
         * @example 18342/18342
         */
        'If-Position-Reached'?: components['parameters']['IfPositionReached']
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description What is at or below its threshold, least available first */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "sku": "COF-ETH-250",
           *           "onHand": 12,
           *           "available": 10,
           *           "reserved": 2,
           *           "lowStockThreshold": 10
           *         }
           *       ],
           *       "nextCursor": "nextCursor"
           *     }
           */
          'application/json': components['schemas']['LowStockPage']
        }
      }
      400: components['responses']['invalid-cursor.or.invalid-request']
      401: components['responses']['unauthenticated']
      403: components['responses']['forbidden']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
      504: components['responses']['position-not-reached']
    }
  }
  getStocks: {
    parameters: {
      query?: {
        /**
         * @description The same as If-Position-Reached, for whoever can set no header. Where both are there the header counts.
         * @example 18342/18342
         */
        position?: components['parameters']['Position']
      }
      header?: {
        /**
         * @description `Position` of an earlier answer: the query waits until it sees what that request changed.
         * @example 18342/18342
         */
        'If-Position-Reached'?: components['parameters']['IfPositionReached']
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "skus": [
         *         "COF-ETH-250",
         *         "GEAR-KET-01"
         *       ]
         *     }
         */
        'application/json': components['schemas']['StockBatch']
      }
    }
    responses: {
      /** @description Their stock */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "sku": "COF-ETH-250",
           *           "onHand": 12,
           *           "available": 10,
           *           "reserved": 2
           *         }
           *       ],
           *       "unknown": [
           *         "COF-ETH-250"
           *       ]
           *     }
           */
          'application/json': components['schemas']['StockLevels']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request']
      401: components['responses']['unauthenticated']
      413: components['responses']['payload-too-large']
      415: components['responses']['unsupported-media-type']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
      504: components['responses']['position-not-reached']
    }
  }
  getStock: {
    parameters: {
      query?: {
        /**
         * @description The same as If-Position-Reached, for whoever can set no header. Where both are there the header counts.
         * @example 18342/18342
         */
        position?: components['parameters']['Position']
      }
      header?: {
        /**
         * @description `Position` of an earlier answer: the query waits until it sees what that request changed.
         * @example 18342/18342
         */
        'If-Position-Reached'?: components['parameters']['IfPositionReached']
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path: {
        /**
         * @description Stock keeping unit
         * @example COF-ETH-250
         */
        sku: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Its stock */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "sku": "COF-ETH-250",
           *       "onHand": 12,
           *       "available": 10,
           *       "reserved": 2
           *     }
           */
          'application/json': components['schemas']['StockLevel']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request']
      401: components['responses']['unauthenticated']
      403: components['responses']['forbidden']
      404: components['responses']['not-found']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
      504: components['responses']['position-not-reached']
    }
  }
  adjustStock: {
    parameters: {
      query?: never
      header?: {
        /**
         * @description A key of your own for this request, for instance a UUID. A repetition with it changes nothing.
         * @example 5f3c8a52-0a3f-4b8f-9d67-2c1f6c2f7e0b
         */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey']
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path: {
        /**
         * @description Stock keeping unit
         * @example COF-ETH-250
         */
        sku: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "delta": -2,
         *       "reason": "Broken in the warehouse"
         *     }
         */
        'application/json': components['schemas']['StockAdjustment']
      }
    }
    responses: {
      /** @description Adjusted: the stock after it */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
          /** @description Send it as If-Position-Reached with a query that has to see the change */
          Position?: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "sku": "COF-ETH-250",
           *       "onHand": 12,
           *       "available": 10,
           *       "reserved": 2
           *     }
           */
          'application/json': components['schemas']['StockLevel']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request.idempotent']
      401: components['responses']['unauthenticated.idempotent']
      403: components['responses']['forbidden.idempotent']
      404: components['responses']['not-found.idempotent']
      409: components['responses']['idempotency-in-flight.idempotent']
      413: components['responses']['payload-too-large.idempotent']
      415: components['responses']['unsupported-media-type.idempotent']
      422: components['responses']['command-rejected.or.idempotency-key-reused.idempotent']
      429: components['responses']['rate-limited.idempotent']
      500: components['responses']['internal.idempotent']
      503: components['responses']['busy.or.unavailable.idempotent']
    }
  }
  setLowStockThreshold: {
    parameters: {
      query?: never
      header?: {
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path: {
        /**
         * @description Stock keeping unit
         * @example COF-ETH-250
         */
        sku: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "threshold": 10
         *     }
         */
        'application/json': components['schemas']['LowStockThreshold']
      }
    }
    responses: {
      /** @description The stock with its threshold */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          /** @description Send it as If-Position-Reached with a query that has to see the change */
          Position?: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "sku": "COF-ETH-250",
           *       "onHand": 12,
           *       "available": 10,
           *       "reserved": 2,
           *       "lowStockThreshold": 10
           *     }
           */
          'application/json': components['schemas']['GuardedStockLevel']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request']
      401: components['responses']['unauthenticated']
      403: components['responses']['forbidden']
      404: components['responses']['not-found']
      413: components['responses']['payload-too-large']
      415: components['responses']['unsupported-media-type']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['busy.or.unavailable']
    }
  }
  listStockMovements: {
    parameters: {
      query?: {
        /** @description How many at most */
        limit?: number
        /** @description Where the page begins: `nextCursor` of the page before */
        cursor?: string
        /**
         * @description The same as If-Position-Reached, for whoever can set no header. Where both are there the header counts.
         * @example 18342/18342
         */
        position?: components['parameters']['Position']
      }
      header?: {
        /**
         * @description `Position` of an earlier answer: the query waits until it sees what that request changed.
         * @example 18342/18342
         */
        'If-Position-Reached'?: components['parameters']['IfPositionReached']
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path: {
        /**
         * @description Stock keeping unit
         * @example COF-ETH-250
         */
        sku: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Newest first; empty where nothing ever moved */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "sku": "COF-ETH-250",
           *           "revision": "revision",
           *           "type": "StockReceived",
           *           "eventId": "eventId",
           *           "at": "2025-11-21T09:30:00.000Z",
           *           "onHandChange": 1,
           *           "reservedChange": 1,
           *           "onHand": 1,
           *           "reserved": 1,
           *           "available": 1,
           *           "orderId": "orderId",
           *           "reference": "reference",
           *           "actor": {
           *             "kind": "customer",
           *             "id": "id"
           *           }
           *         }
           *       ],
           *       "nextCursor": "nextCursor"
           *     }
           */
          'application/json': components['schemas']['StockMovements']
        }
      }
      400: components['responses']['invalid-cursor.or.invalid-request.or.malformed-request']
      401: components['responses']['unauthenticated']
      403: components['responses']['forbidden']
      404: components['responses']['not-found']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
      504: components['responses']['position-not-reached']
    }
  }
  receiveStock: {
    parameters: {
      query?: never
      header?: {
        /**
         * @description A key of your own for this request, for instance a UUID. A repetition with it changes nothing.
         * @example 5f3c8a52-0a3f-4b8f-9d67-2c1f6c2f7e0b
         */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey']
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path: {
        /**
         * @description Stock keeping unit
         * @example COF-ETH-250
         */
        sku: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "quantity": 100,
         *       "reference": "PO-2025-1187"
         *     }
         */
        'application/json': components['schemas']['StockReceipt']
      }
    }
    responses: {
      /** @description Received: the stock after it */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
          /** @description Send it as If-Position-Reached with a query that has to see the change */
          Position?: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "sku": "COF-ETH-250",
           *       "onHand": 12,
           *       "available": 10,
           *       "reserved": 2
           *     }
           */
          'application/json': components['schemas']['StockLevel']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request.idempotent']
      401: components['responses']['unauthenticated.idempotent']
      403: components['responses']['forbidden.idempotent']
      404: components['responses']['not-found.idempotent']
      409: components['responses']['idempotency-in-flight.idempotent']
      413: components['responses']['payload-too-large.idempotent']
      415: components['responses']['unsupported-media-type.idempotent']
      422: components['responses']['idempotency-key-reused.idempotent']
      429: components['responses']['rate-limited.idempotent']
      500: components['responses']['internal.idempotent']
      503: components['responses']['busy.or.unavailable.idempotent']
    }
  }
  listOrders: {
    parameters: {
      query?: {
        /** @description How many at most */
        limit?: number
        /** @description Where the page begins: `nextCursor` of the page before */
        cursor?: string
        /** @description One, or several with commas between */
        status?: string
        /**
         * @description Inclusive
         * @example 2025-11-21T09:30:00.000Z
         */
        placedFrom?: string
        /**
         * @description Exclusive
         * @example 2025-11-21T09:30:00.000Z
         */
        placedBefore?: string
        /** @description For staff */
        customerId?: string
        /**
         * @description Words, or beginnings of words, of ids, skus and product names; all have to be there
         * @example guji
         */
        text?: string
        /**
         * @description The same as If-Position-Reached, for whoever can set no header. Where both are there the header counts.
         * @example 18342/18342
         */
        position?: components['parameters']['Position']
      }
      header?: {
        /**
         * @description `Position` of an earlier answer: the query waits until it sees what that request changed.
         * @example 18342/18342
         */
        'If-Position-Reached'?: components['parameters']['IfPositionReached']
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Newest first: those of the caller, or for staff those of everybody */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "01KAJ5Z4QW8X2N6T3R9V7C1B0D",
           *           "customerId": "customerId",
           *           "status": "placed",
           *           "paymentStatus": "pending",
           *           "placedAt": "2025-11-21T09:30:00.000Z",
           *           "updatedAt": "2025-11-21T09:30:00.000Z",
           *           "items": [
           *             {
           *               "productId": "productId",
           *               "sku": "COF-ETH-250",
           *               "name": "name",
           *               "quantity": 1,
           *               "unitPrice": {
           *                 "amount": 1999,
           *                 "currency": "EUR"
           *               }
           *             }
           *           ],
           *           "total": {
           *             "amount": 1999,
           *             "currency": "EUR"
           *           }
           *         }
           *       ],
           *       "nextCursor": "nextCursor"
           *     }
           */
          'application/json': components['schemas']['OrderPage']
        }
      }
      400: components['responses']['invalid-cursor.or.invalid-request']
      401: components['responses']['unauthenticated']
      403: components['responses']['forbidden']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
      504: components['responses']['position-not-reached']
    }
  }
  placeOrder: {
    parameters: {
      query?: never
      header?: {
        /**
         * @description `wait=N`: wait up to N seconds for the order to settle
         * @example wait=5
         */
        prefer?: string
        /**
         * @description A key of your own for this request, for instance a UUID. A repetition with it changes nothing.
         * @example 5f3c8a52-0a3f-4b8f-9d67-2c1f6c2f7e0b
         */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey']
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "items": [
         *         {
         *           "productId": "ethiopia-guji-250",
         *           "quantity": 2
         *         }
         *       ],
         *       "shippingAddress": {
         *         "name": "Ada Lovelace",
         *         "line1": "12 St James’s Square",
         *         "city": "London",
         *         "postalCode": "SW1Y 4JH",
         *         "country": "GB"
         *       },
         *       "paymentMethodId": "sim_approve"
         *     }
         */
        'application/json': components['schemas']['NewOrderInput']
      }
    }
    responses: {
      /** @description Settled within the time that was preferred: paid or cancelled */
      201: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
          /** @description The order */
          Location?: string
          /** @description `wait` as it was granted */
          'Preference-Applied'?: string
          /** @description Send it as If-Position-Reached with a query that has to see the change */
          Position?: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "01KAJ5Z4QW8X2N6T3R9V7C1B0D",
           *       "customerId": "customerId",
           *       "status": "placed",
           *       "items": [
           *         {
           *           "productId": "productId",
           *           "sku": "COF-ETH-250",
           *           "name": "name",
           *           "quantity": 1,
           *           "unitPrice": {
           *             "amount": 1999,
           *             "currency": "EUR"
           *           }
           *         }
           *       ],
           *       "totals": {
           *         "items": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         },
           *         "shipping": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         },
           *         "tax": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         },
           *         "total": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         }
           *       },
           *       "shippingAddress": {
           *         "name": "Ada Lovelace",
           *         "line1": "12 St James’s Square",
           *         "city": "London",
           *         "postalCode": "SW1Y 4JH",
           *         "country": "GB"
           *       },
           *       "payment": {
           *         "id": "id",
           *         "status": "pending",
           *         "provider": "provider",
           *         "paymentMethodId": "paymentMethodId",
           *         "amount": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         },
           *         "captured": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         },
           *         "refunded": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         },
           *         "failure": {
           *           "code": "code",
           *           "message": "message"
           *         },
           *         "history": [
           *           {
           *             "status": "pending",
           *             "at": "2025-11-21T09:30:00.000Z",
           *             "cause": {
           *               "type": "type",
           *               "id": "id",
           *               "causationId": "causationId"
           *             },
           *             "actor": {
           *               "kind": "customer",
           *               "id": "id"
           *             }
           *           }
           *         ]
           *       },
           *       "cancellation": {
           *         "reason": "reason",
           *         "detail": "detail",
           *         "shortfalls": [
           *           {
           *             "sku": "COF-ETH-250",
           *             "requested": 1,
           *             "available": 1
           *           }
           *         ],
           *         "startedAt": "2025-11-21T09:30:00.000Z",
           *         "endedAt": "2025-11-21T09:30:00.000Z"
           *       },
           *       "shipments": [
           *         {
           *           "id": "id",
           *           "carrier": "carrier",
           *           "trackingNumber": "trackingNumber",
           *           "lines": [
           *             {
           *               "sku": "COF-ETH-250",
           *               "quantity": 1
           *             }
           *           ],
           *           "dispatchedAt": "2025-11-21T09:30:00.000Z",
           *           "deliveredAt": "2025-11-21T09:30:00.000Z"
           *         }
           *       ],
           *       "refunds": [
           *         {
           *           "id": "id",
           *           "status": "pending",
           *           "amount": {
           *             "amount": 1999,
           *             "currency": "EUR"
           *           },
           *           "lines": [
           *             {
           *               "sku": "COF-ETH-250",
           *               "quantity": 1
           *             }
           *           ],
           *           "restock": true,
           *           "cancelsOrder": true,
           *           "reason": "reason",
           *           "requestedAt": "2025-11-21T09:30:00.000Z",
           *           "settledAt": "2025-11-21T09:30:00.000Z",
           *           "failure": {
           *             "code": "code",
           *             "message": "message"
           *           }
           *         }
           *       ],
           *       "history": [
           *         {
           *           "status": "placed",
           *           "at": "2025-11-21T09:30:00.000Z",
           *           "cause": {
           *             "type": "type",
           *             "id": "id",
           *             "causationId": "causationId"
           *           },
           *           "actor": {
           *             "kind": "customer",
           *             "id": "id"
           *           }
           *         }
           *       ],
           *       "placedAt": "2025-11-21T09:30:00.000Z",
           *       "payBy": "2025-11-21T09:30:00.000Z",
           *       "updatedAt": "2025-11-21T09:30:00.000Z",
           *       "revision": "revision"
           *     }
           */
          'application/json': components['schemas']['Order']
        }
      }
      /** @description Placed; the checkout is under way */
      202: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
          /** @description The order */
          Location?: string
          /** @description `wait` as it was granted */
          'Preference-Applied'?: string
          /** @description Send it as If-Position-Reached with a query that has to see the change */
          Position?: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "01KAJ5Z4QW8X2N6T3R9V7C1B0D",
           *       "customerId": "customerId",
           *       "status": "placed",
           *       "items": [
           *         {
           *           "productId": "productId",
           *           "sku": "COF-ETH-250",
           *           "name": "name",
           *           "quantity": 1,
           *           "unitPrice": {
           *             "amount": 1999,
           *             "currency": "EUR"
           *           }
           *         }
           *       ],
           *       "totals": {
           *         "items": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         },
           *         "shipping": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         },
           *         "tax": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         },
           *         "total": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         }
           *       },
           *       "payBy": "2025-11-21T09:30:00.000Z"
           *     }
           */
          'application/json': components['schemas']['PlacedOrder']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request.idempotent']
      401: components['responses']['unauthenticated.idempotent']
      403: components['responses']['forbidden.idempotent']
      409: components['responses']['idempotency-in-flight.idempotent']
      413: components['responses']['payload-too-large.idempotent']
      415: components['responses']['unsupported-media-type.idempotent']
      422: components['responses']['command-rejected.or.idempotency-key-reused.or.mixed-currencies.or.not-deliverable.or.order-too-large.or.products-unavailable.or.unknown-payment-method.idempotent']
      429: components['responses']['rate-limited.idempotent']
      500: components['responses']['internal.idempotent']
      503: components['responses']['busy.or.unavailable.idempotent']
    }
  }
  getOrder: {
    parameters: {
      query?: {
        /**
         * @description RFC 3339: as it was at that time
         * @example 2025-11-21T09:30:00.000Z
         */
        asOf?: string
        /**
         * @description As it was after this event of its stream, counted from 0
         * @example 2
         */
        revision?: string
        /**
         * @description The same as If-Position-Reached, for whoever can set no header. Where both are there the header counts.
         * @example 18342/18342
         */
        position?: components['parameters']['Position']
      }
      header?: {
        /**
         * @description `Position` of an earlier answer: the query waits until it sees what that request changed.
         * @example 18342/18342
         */
        'If-Position-Reached'?: components['parameters']['IfPositionReached']
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path: {
        /**
         * @description ULID
         * @example 01KAJ5Z4QW8X2N6T3R9V7C1B0D
         */
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The order with all that is known of it */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "01KAJ5Z4QW8X2N6T3R9V7C1B0D",
           *       "customerId": "customerId",
           *       "status": "placed",
           *       "items": [
           *         {
           *           "productId": "productId",
           *           "sku": "COF-ETH-250",
           *           "name": "name",
           *           "quantity": 1,
           *           "unitPrice": {
           *             "amount": 1999,
           *             "currency": "EUR"
           *           }
           *         }
           *       ],
           *       "totals": {
           *         "items": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         },
           *         "shipping": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         },
           *         "tax": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         },
           *         "total": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         }
           *       },
           *       "shippingAddress": {
           *         "name": "Ada Lovelace",
           *         "line1": "12 St James’s Square",
           *         "city": "London",
           *         "postalCode": "SW1Y 4JH",
           *         "country": "GB"
           *       },
           *       "payment": {
           *         "id": "id",
           *         "status": "pending",
           *         "provider": "provider",
           *         "paymentMethodId": "paymentMethodId",
           *         "amount": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         },
           *         "captured": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         },
           *         "refunded": {
           *           "amount": 1999,
           *           "currency": "EUR"
           *         },
           *         "failure": {
           *           "code": "code",
           *           "message": "message"
           *         },
           *         "history": [
           *           {
           *             "status": "pending",
           *             "at": "2025-11-21T09:30:00.000Z",
           *             "cause": {
           *               "type": "type",
           *               "id": "id",
           *               "causationId": "causationId"
           *             },
           *             "actor": {
           *               "kind": "customer",
           *               "id": "id"
           *             }
           *           }
           *         ]
           *       },
           *       "cancellation": {
           *         "reason": "reason",
           *         "detail": "detail",
           *         "shortfalls": [
           *           {
           *             "sku": "COF-ETH-250",
           *             "requested": 1,
           *             "available": 1
           *           }
           *         ],
           *         "startedAt": "2025-11-21T09:30:00.000Z",
           *         "endedAt": "2025-11-21T09:30:00.000Z"
           *       },
           *       "shipments": [
           *         {
           *           "id": "id",
           *           "carrier": "carrier",
           *           "trackingNumber": "trackingNumber",
           *           "lines": [
           *             {
           *               "sku": "COF-ETH-250",
           *               "quantity": 1
           *             }
           *           ],
           *           "dispatchedAt": "2025-11-21T09:30:00.000Z",
           *           "deliveredAt": "2025-11-21T09:30:00.000Z"
           *         }
           *       ],
           *       "refunds": [
           *         {
           *           "id": "id",
           *           "status": "pending",
           *           "amount": {
           *             "amount": 1999,
           *             "currency": "EUR"
           *           },
           *           "lines": [
           *             {
           *               "sku": "COF-ETH-250",
           *               "quantity": 1
           *             }
           *           ],
           *           "restock": true,
           *           "cancelsOrder": true,
           *           "reason": "reason",
           *           "requestedAt": "2025-11-21T09:30:00.000Z",
           *           "settledAt": "2025-11-21T09:30:00.000Z",
           *           "failure": {
           *             "code": "code",
           *             "message": "message"
           *           }
           *         }
           *       ],
           *       "history": [
           *         {
           *           "status": "placed",
           *           "at": "2025-11-21T09:30:00.000Z",
           *           "cause": {
           *             "type": "type",
           *             "id": "id",
           *             "causationId": "causationId"
           *           },
           *           "actor": {
           *             "kind": "customer",
           *             "id": "id"
           *           }
           *         }
           *       ],
           *       "placedAt": "2025-11-21T09:30:00.000Z",
           *       "payBy": "2025-11-21T09:30:00.000Z",
           *       "updatedAt": "2025-11-21T09:30:00.000Z",
           *       "revision": "revision"
           *     }
           */
          'application/json': components['schemas']['Order']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request']
      401: components['responses']['unauthenticated']
      403: components['responses']['forbidden']
      404: components['responses']['not-found']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
      504: components['responses']['position-not-reached']
    }
  }
  cancelOrder: {
    parameters: {
      query?: never
      header?: {
        /** @description ETag of the resource as you have seen it: 412 where it has changed since */
        'if-match'?: string
        /**
         * @description A key of your own for this request, for instance a UUID. A repetition with it changes nothing.
         * @example 5f3c8a52-0a3f-4b8f-9d67-2c1f6c2f7e0b
         */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey']
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path: {
        /**
         * @description ULID
         * @example 01KAJ5Z4QW8X2N6T3R9V7C1B0D
         */
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "detail": "Ordered by mistake"
         *     }
         */
        'application/json': components['schemas']['NewCancellationInput']
      }
    }
    responses: {
      /** @description It is being cancelled: money and goods go back */
      202: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
          /** @description Send it as If-Position-Reached with a query that has to see the change */
          Position?: string
          /** @description Revision of the order */
          ETag?: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "01KAJ5Z4QW8X2N6T3R9V7C1B0D",
           *       "status": "shipped"
           *     }
           */
          'application/json': components['schemas']['OrderStanding']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request.idempotent']
      401: components['responses']['unauthenticated.idempotent']
      403: components['responses']['forbidden.idempotent']
      404: components['responses']['not-found.idempotent']
      409: components['responses']['idempotency-in-flight.idempotent']
      412: components['responses']['precondition-failed.idempotent']
      413: components['responses']['payload-too-large.idempotent']
      415: components['responses']['unsupported-media-type.idempotent']
      422: components['responses']['command-rejected.or.idempotency-key-reused.idempotent']
      429: components['responses']['rate-limited.idempotent']
      500: components['responses']['internal.idempotent']
      503: components['responses']['busy.or.unavailable.idempotent']
    }
  }
  completeOrder: {
    parameters: {
      query?: never
      header?: {
        /** @description ETag of the resource as you have seen it: 412 where it has changed since */
        'if-match'?: string
        /**
         * @description A key of your own for this request, for instance a UUID. A repetition with it changes nothing.
         * @example 5f3c8a52-0a3f-4b8f-9d67-2c1f6c2f7e0b
         */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey']
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path: {
        /**
         * @description ULID
         * @example 01KAJ5Z4QW8X2N6T3R9V7C1B0D
         */
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /** @example {} */
        'application/json': components['schemas']['Nothing']
      }
    }
    responses: {
      /** @description Completed */
      202: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
          /** @description Send it as If-Position-Reached with a query that has to see the change */
          Position?: string
          /** @description Revision of the order */
          ETag?: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "01KAJ5Z4QW8X2N6T3R9V7C1B0D",
           *       "status": "shipped"
           *     }
           */
          'application/json': components['schemas']['OrderStanding']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request.idempotent']
      401: components['responses']['unauthenticated.idempotent']
      403: components['responses']['forbidden.idempotent']
      404: components['responses']['not-found.idempotent']
      409: components['responses']['idempotency-in-flight.idempotent']
      412: components['responses']['precondition-failed.idempotent']
      413: components['responses']['payload-too-large.idempotent']
      415: components['responses']['unsupported-media-type.idempotent']
      422: components['responses']['command-rejected.or.idempotency-key-reused.idempotent']
      429: components['responses']['rate-limited.idempotent']
      500: components['responses']['internal.idempotent']
      503: components['responses']['busy.or.unavailable.idempotent']
    }
  }
  deliverOrder: {
    parameters: {
      query?: never
      header?: {
        /** @description ETag of the resource as you have seen it: 412 where it has changed since */
        'if-match'?: string
        /**
         * @description A key of your own for this request, for instance a UUID. A repetition with it changes nothing.
         * @example 5f3c8a52-0a3f-4b8f-9d67-2c1f6c2f7e0b
         */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey']
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path: {
        /**
         * @description ULID
         * @example 01KAJ5Z4QW8X2N6T3R9V7C1B0D
         */
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "shipmentId": "S-1"
         *     }
         */
        'application/json': components['schemas']['Delivery']
      }
    }
    responses: {
      /** @description Arrived */
      202: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
          /** @description Send it as If-Position-Reached with a query that has to see the change */
          Position?: string
          /** @description Revision of the order */
          ETag?: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "01KAJ5Z4QW8X2N6T3R9V7C1B0D",
           *       "status": "shipped"
           *     }
           */
          'application/json': components['schemas']['OrderStanding']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request.idempotent']
      401: components['responses']['unauthenticated.idempotent']
      403: components['responses']['forbidden.idempotent']
      404: components['responses']['not-found.idempotent']
      409: components['responses']['idempotency-in-flight.idempotent']
      412: components['responses']['precondition-failed.idempotent']
      413: components['responses']['payload-too-large.idempotent']
      415: components['responses']['unsupported-media-type.idempotent']
      422: components['responses']['command-rejected.or.idempotency-key-reused.idempotent']
      429: components['responses']['rate-limited.idempotent']
      500: components['responses']['internal.idempotent']
      503: components['responses']['busy.or.unavailable.idempotent']
    }
  }
  getOrderEvents: {
    parameters: {
      query?: never
      header?: {
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path: {
        /**
         * @description ULID
         * @example 01KAJ5Z4QW8X2N6T3R9V7C1B0D
         */
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Every event of the order and its payment, oldest first */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "id",
           *           "type": "type",
           *           "stream": "stream",
           *           "revision": "revision",
           *           "position": "position",
           *           "at": "2025-11-21T09:30:00.000Z",
           *           "actor": {
           *             "kind": "customer",
           *             "id": "id"
           *           },
           *           "correlationId": "correlationId",
           *           "causationId": "causationId",
           *           "commandId": "commandId",
           *           "traceparent": "traceparent",
           *           "schemaVersion": 1,
           *           "data": {}
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['AuditTrail']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request']
      401: components['responses']['unauthenticated']
      403: components['responses']['forbidden']
      404: components['responses']['not-found']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  followOrder: {
    parameters: {
      query?: never
      header?: {
        /**
         * @description `id` of the last event that you have, to go on after it. Left out: from the first one
         * @example 2
         */
        'last-event-id'?: string
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path: {
        /**
         * @description ULID
         * @example 01KAJ5Z4QW8X2N6T3R9V7C1B0D
         */
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description What has happened to the order, and what happens from now on */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          /** @description Not to be kept */
          'Cache-Control'?: string
          /** @description Proxies are to pass each event on at once */
          'X-Accel-Buffering'?: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example retry: 2000
           *
           *     id: 2
           *     data: {"id":"0d9f7a52-3f2e-5e0c-9b59-3c5f0a8f2b11","type":"OrderPaid","stream":"order-01KAJ5Z4QW8X2N6T3R9V7C1B0D","revision":"2","position":"18342/18342","at":"2025-11-21T09:30:00.000Z","actor":{"kind":"system","id":"checkout"},"correlationId":"0b8a5f0e-52b8-4c37-9d9e-0a7b3f6c7a10","causationId":"7b0f4c6e-7a0d-5a53-8f0e-7f0c2a1f6d21","commandId":"3f6e2b1a-0d5c-5b7e-8a55-1f2e3d4c5b6a","traceparent":null,"schemaVersion":1,"data":{"orderId":"01KAJ5Z4QW8X2N6T3R9V7C1B0D","paymentId":"01KAJ5Z4QW8X2N6T3R9V7C1B0D","amount":{"amount":4488,"currency":"EUR"},"paidAt":"2025-11-21T09:30:00.000Z"},"status":"paid"}
           *
           *     : quiet
           *
           *     event: end
           *     data: {"reason":"over"}
           */
          'text/event-stream': string
        }
      }
      /** @description You have all of it, and nothing is to come: do not connect again */
      204: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid-request.or.malformed-request']
      401: components['responses']['unauthenticated']
      403: components['responses']['forbidden']
      404: components['responses']['not-found']
      429: components['responses']['rate-limited.or.too-many-connections']
      500: components['responses']['internal']
      503: components['responses']['busy.or.unavailable']
    }
  }
  refundOrder: {
    parameters: {
      query?: never
      header?: {
        /** @description ETag of the resource as you have seen it: 412 where it has changed since */
        'if-match'?: string
        /**
         * @description A key of your own for this request, for instance a UUID. A repetition with it changes nothing.
         * @example 5f3c8a52-0a3f-4b8f-9d67-2c1f6c2f7e0b
         */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey']
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path: {
        /**
         * @description ULID
         * @example 01KAJ5Z4QW8X2N6T3R9V7C1B0D
         */
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "refundId": "R-1",
         *       "amount": null,
         *       "items": [
         *         {
         *           "sku": "COF-ETH-250",
         *           "quantity": 1
         *         }
         *       ],
         *       "restock": true,
         *       "reason": "Returned unopened"
         *     }
         */
        'application/json': components['schemas']['NewRefundInput']
      }
    }
    responses: {
      /** @description Asked for: the provider is called at once */
      202: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
          /** @description Send it as If-Position-Reached with a query that has to see the change */
          Position?: string
          /** @description Revision of the order */
          ETag?: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "01KAJ5Z4QW8X2N6T3R9V7C1B0D",
           *       "status": "shipped"
           *     }
           */
          'application/json': components['schemas']['OrderStanding']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request.idempotent']
      401: components['responses']['unauthenticated.idempotent']
      403: components['responses']['forbidden.idempotent']
      404: components['responses']['not-found.idempotent']
      409: components['responses']['idempotency-in-flight.idempotent']
      412: components['responses']['precondition-failed.idempotent']
      413: components['responses']['payload-too-large.idempotent']
      415: components['responses']['unsupported-media-type.idempotent']
      422: components['responses']['command-rejected.or.idempotency-key-reused.idempotent']
      429: components['responses']['rate-limited.idempotent']
      500: components['responses']['internal.idempotent']
      503: components['responses']['busy.or.unavailable.idempotent']
    }
  }
  retryRefund: {
    parameters: {
      query?: never
      header?: {
        /** @description ETag of the resource as you have seen it: 412 where it has changed since */
        'if-match'?: string
        /**
         * @description A key of your own for this request, for instance a UUID. A repetition with it changes nothing.
         * @example 5f3c8a52-0a3f-4b8f-9d67-2c1f6c2f7e0b
         */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey']
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path: {
        /**
         * @description ULID
         * @example 01KAJ5Z4QW8X2N6T3R9V7C1B0D
         */
        id: string
        /**
         * @description As whoever asked for the refund named it
         * @example R-1
         */
        refundId: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /** @example {} */
        'application/json': components['schemas']['Nothing']
      }
    }
    responses: {
      /** @description The provider is asked again */
      202: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
          /** @description Send it as If-Position-Reached with a query that has to see the change */
          Position?: string
          /** @description Revision of the order */
          ETag?: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "01KAJ5Z4QW8X2N6T3R9V7C1B0D",
           *       "status": "shipped"
           *     }
           */
          'application/json': components['schemas']['OrderStanding']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request.idempotent']
      401: components['responses']['unauthenticated.idempotent']
      403: components['responses']['forbidden.idempotent']
      404: components['responses']['not-found.idempotent']
      409: components['responses']['idempotency-in-flight.idempotent']
      412: components['responses']['precondition-failed.idempotent']
      413: components['responses']['payload-too-large.idempotent']
      415: components['responses']['unsupported-media-type.idempotent']
      422: components['responses']['command-rejected.or.idempotency-key-reused.idempotent']
      429: components['responses']['rate-limited.idempotent']
      500: components['responses']['internal.idempotent']
      503: components['responses']['busy.or.unavailable.idempotent']
    }
  }
  shipOrder: {
    parameters: {
      query?: never
      header?: {
        /** @description ETag of the resource as you have seen it: 412 where it has changed since */
        'if-match'?: string
        /**
         * @description A key of your own for this request, for instance a UUID. A repetition with it changes nothing.
         * @example 5f3c8a52-0a3f-4b8f-9d67-2c1f6c2f7e0b
         */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey']
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path: {
        /**
         * @description ULID
         * @example 01KAJ5Z4QW8X2N6T3R9V7C1B0D
         */
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "shipmentId": "S-1",
         *       "carrier": "DHL",
         *       "trackingNumber": "00340434161094042557",
         *       "items": [
         *         {
         *           "sku": "COF-ETH-250",
         *           "quantity": 2
         *         }
         *       ]
         *     }
         */
        'application/json': components['schemas']['NewShipment']
      }
    }
    responses: {
      /** @description On its way */
      202: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
          /** @description Send it as If-Position-Reached with a query that has to see the change */
          Position?: string
          /** @description Revision of the order */
          ETag?: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "01KAJ5Z4QW8X2N6T3R9V7C1B0D",
           *       "status": "shipped"
           *     }
           */
          'application/json': components['schemas']['OrderStanding']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request.idempotent']
      401: components['responses']['unauthenticated.idempotent']
      403: components['responses']['forbidden.idempotent']
      404: components['responses']['not-found.idempotent']
      409: components['responses']['idempotency-in-flight.idempotent']
      412: components['responses']['precondition-failed.idempotent']
      413: components['responses']['payload-too-large.idempotent']
      415: components['responses']['unsupported-media-type.idempotent']
      422: components['responses']['command-rejected.or.idempotency-key-reused.idempotent']
      429: components['responses']['rate-limited.idempotent']
      500: components['responses']['internal.idempotent']
      503: components['responses']['busy.or.unavailable.idempotent']
    }
  }
  getOrderStatus: {
    parameters: {
      query?: {
        /**
         * @description The same as If-Position-Reached, for whoever can set no header. Where both are there the header counts.
         * @example 18342/18342
         */
        position?: components['parameters']['Position']
      }
      header?: {
        /**
         * @description `Position` of an earlier answer: the query waits until it sees what that request changed.
         * @example 18342/18342
         */
        'If-Position-Reached'?: components['parameters']['IfPositionReached']
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path: {
        /**
         * @description ULID
         * @example 01KAJ5Z4QW8X2N6T3R9V7C1B0D
         */
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Where it stands, and how it came there */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "01KAJ5Z4QW8X2N6T3R9V7C1B0D",
           *       "status": "placed",
           *       "history": [
           *         {
           *           "status": "placed",
           *           "at": "2025-11-21T09:30:00.000Z",
           *           "cause": {
           *             "type": "type",
           *             "id": "id",
           *             "causationId": "causationId"
           *           },
           *           "actor": {
           *             "kind": "customer",
           *             "id": "id"
           *           }
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['OrderProgress']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request']
      401: components['responses']['unauthenticated']
      403: components['responses']['forbidden']
      404: components['responses']['not-found']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
      504: components['responses']['position-not-reached']
    }
  }
  listPayments: {
    parameters: {
      query?: {
        /** @description How many at most */
        limit?: number
        /** @description Where the page begins: `nextCursor` of the page before */
        cursor?: string
        /**
         * @description ULID
         * @example 01KAJ5Z4QW8X2N6T3R9V7C1B0D
         */
        orderId?: string
        /** @description One, or several with commas between */
        status?: string
        /**
         * @description Inclusive
         * @example 2025-11-21T09:30:00.000Z
         */
        openedFrom?: string
        /**
         * @description Exclusive
         * @example 2025-11-21T09:30:00.000Z
         */
        openedBefore?: string
        /** @description For staff */
        customerId?: string
        /**
         * @description The same as If-Position-Reached, for whoever can set no header. Where both are there the header counts.
         * @example 18342/18342
         */
        position?: components['parameters']['Position']
      }
      header?: {
        /**
         * @description `Position` of an earlier answer: the query waits until it sees what that request changed.
         * @example 18342/18342
         */
        'If-Position-Reached'?: components['parameters']['IfPositionReached']
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Newest first: those of the caller, or for staff those of everybody */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "01KAJ5Z4QW8X2N6T3R9V7C1B0D",
           *           "orderId": "01KAJ5Z4QW8X2N6T3R9V7C1B0D",
           *           "customerId": "customerId",
           *           "provider": "provider",
           *           "paymentMethodId": "paymentMethodId",
           *           "providerReference": "providerReference",
           *           "amount": {
           *             "amount": 1999,
           *             "currency": "EUR"
           *           },
           *           "captured": {
           *             "amount": 1999,
           *             "currency": "EUR"
           *           },
           *           "refunded": {
           *             "amount": 1999,
           *             "currency": "EUR"
           *           },
           *           "status": "pending",
           *           "failure": {
           *             "code": "code",
           *             "message": "message"
           *           },
           *           "openedAt": "2025-11-21T09:30:00.000Z",
           *           "updatedAt": "2025-11-21T09:30:00.000Z",
           *           "history": [
           *             {
           *               "status": "pending",
           *               "at": "2025-11-21T09:30:00.000Z",
           *               "cause": {
           *                 "type": "type",
           *                 "id": "id",
           *                 "causationId": "causationId"
           *               },
           *               "actor": {
           *                 "kind": "customer",
           *                 "id": "id"
           *               }
           *             }
           *           ],
           *           "revision": "revision"
           *         }
           *       ],
           *       "nextCursor": "nextCursor"
           *     }
           */
          'application/json': components['schemas']['PaymentPage']
        }
      }
      400: components['responses']['invalid-cursor.or.invalid-request']
      401: components['responses']['unauthenticated']
      403: components['responses']['forbidden']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
      504: components['responses']['position-not-reached']
    }
  }
  preauthorizePayment: {
    parameters: {
      query?: never
      header?: {
        /**
         * @description A key of your own for this request, for instance a UUID. A repetition with it changes nothing.
         * @example 5f3c8a52-0a3f-4b8f-9d67-2c1f6c2f7e0b
         */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey']
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "orderId": "01KAJ5Z4QW8X2N6T3R9V7C1B0D",
         *       "amount": {
         *         "amount": 2130,
         *         "currency": "EUR"
         *       },
         *       "paymentMethodId": "sim_approve"
         *     }
         */
        'application/json': components['schemas']['NewPreauthorization']
      }
    }
    responses: {
      /** @description What the provider says; asked ten times at once, it is one payment */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "preauthId": "01KAJ5Z4QW8X2N6T3R9V7C1B0D",
           *       "orderId": "01KAJ5Z4QW8X2N6T3R9V7C1B0D",
           *       "status": "APPROVED",
           *       "failure": {
           *         "code": "code",
           *         "message": "message"
           *       },
           *       "redirectUrl": "redirectUrl"
           *     }
           */
          'application/json': components['schemas']['Preauthorization']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request.idempotent']
      401: components['responses']['unauthenticated.idempotent']
      403: components['responses']['forbidden.idempotent']
      404: components['responses']['not-found.idempotent']
      409: components['responses']['idempotency-in-flight.or.order-not-reserved.or.payment-method-differs.idempotent']
      413: components['responses']['payload-too-large.idempotent']
      415: components['responses']['unsupported-media-type.idempotent']
      422: components['responses']['amount-differs.or.command-rejected.or.idempotency-key-reused.or.unknown-payment-method.idempotent']
      429: components['responses']['rate-limited.idempotent']
      500: components['responses']['internal.idempotent']
      503: components['responses']['busy.or.unavailable.idempotent']
    }
  }
  receiveWebhook: {
    parameters: {
      query?: never
      header?: {
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path: {
        /**
         * @description Who sends it
         * @example stripe
         */
        provider: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /** @example {} */
        'application/json': components['schemas']['Webhook']
      }
    }
    responses: {
      /** @description Received: it need not be sent again */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "outcome": "taken"
           *     }
           */
          'application/json': components['schemas']['WebhookReceived']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request.or.webhook-not-genuine.unlimited']
      404: components['responses']['not-found.unlimited']
      413: components['responses']['payload-too-large.unlimited']
      415: components['responses']['unsupported-media-type.unlimited']
      500: components['responses']['internal.unlimited']
      503: components['responses']['busy.or.unavailable.unlimited']
    }
  }
  getPayment: {
    parameters: {
      query?: {
        /**
         * @description The same as If-Position-Reached, for whoever can set no header. Where both are there the header counts.
         * @example 18342/18342
         */
        position?: components['parameters']['Position']
      }
      header?: {
        /**
         * @description `Position` of an earlier answer: the query waits until it sees what that request changed.
         * @example 18342/18342
         */
        'If-Position-Reached'?: components['parameters']['IfPositionReached']
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path: {
        /**
         * @description ULID
         * @example 01KAJ5Z4QW8X2N6T3R9V7C1B0D
         */
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The payment with all that is known of it */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "01KAJ5Z4QW8X2N6T3R9V7C1B0D",
           *       "orderId": "01KAJ5Z4QW8X2N6T3R9V7C1B0D",
           *       "customerId": "customerId",
           *       "provider": "provider",
           *       "paymentMethodId": "paymentMethodId",
           *       "providerReference": "providerReference",
           *       "amount": {
           *         "amount": 1999,
           *         "currency": "EUR"
           *       },
           *       "captured": {
           *         "amount": 1999,
           *         "currency": "EUR"
           *       },
           *       "refunded": {
           *         "amount": 1999,
           *         "currency": "EUR"
           *       },
           *       "status": "pending",
           *       "failure": {
           *         "code": "code",
           *         "message": "message"
           *       },
           *       "openedAt": "2025-11-21T09:30:00.000Z",
           *       "updatedAt": "2025-11-21T09:30:00.000Z",
           *       "history": [
           *         {
           *           "status": "pending",
           *           "at": "2025-11-21T09:30:00.000Z",
           *           "cause": {
           *             "type": "type",
           *             "id": "id",
           *             "causationId": "causationId"
           *           },
           *           "actor": {
           *             "kind": "customer",
           *             "id": "id"
           *           }
           *         }
           *       ],
           *       "revision": "revision"
           *     }
           */
          'application/json': components['schemas']['Payment']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request']
      401: components['responses']['unauthenticated']
      403: components['responses']['forbidden']
      404: components['responses']['not-found']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
      504: components['responses']['position-not-reached']
    }
  }
  capturePayment: {
    parameters: {
      query?: never
      header?: {
        /**
         * @description A key of your own for this request, for instance a UUID. A repetition with it changes nothing.
         * @example 5f3c8a52-0a3f-4b8f-9d67-2c1f6c2f7e0b
         */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey']
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path: {
        /**
         * @description ULID
         * @example 01KAJ5Z4QW8X2N6T3R9V7C1B0D
         */
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /** @example {} */
        'application/json': components['schemas']['NoDetails']
      }
    }
    responses: {
      /** @description As it stands now; captured before or now, it is one capture */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "01KAJ5Z4QW8X2N6T3R9V7C1B0D",
           *       "status": "captured"
           *     }
           */
          'application/json': components['schemas']['PaymentStanding']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request.idempotent']
      401: components['responses']['unauthenticated.idempotent']
      403: components['responses']['forbidden.idempotent']
      404: components['responses']['not-found.idempotent']
      409: components['responses']['idempotency-in-flight.idempotent']
      413: components['responses']['payload-too-large.idempotent']
      415: components['responses']['unsupported-media-type.idempotent']
      422: components['responses']['command-rejected.or.idempotency-key-reused.idempotent']
      429: components['responses']['rate-limited.idempotent']
      500: components['responses']['internal.idempotent']
      503: components['responses']['busy.or.unavailable.idempotent']
    }
  }
  voidPayment: {
    parameters: {
      query?: never
      header?: {
        /**
         * @description A key of your own for this request, for instance a UUID. A repetition with it changes nothing.
         * @example 5f3c8a52-0a3f-4b8f-9d67-2c1f6c2f7e0b
         */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey']
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path: {
        /**
         * @description ULID
         * @example 01KAJ5Z4QW8X2N6T3R9V7C1B0D
         */
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "detail": "The customer has paid in the shop"
         *     }
         */
        'application/json': components['schemas']['NewVoidInput']
      }
    }
    responses: {
      /** @description As it stands now */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "01KAJ5Z4QW8X2N6T3R9V7C1B0D",
           *       "status": "captured"
           *     }
           */
          'application/json': components['schemas']['PaymentStanding']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request.idempotent']
      401: components['responses']['unauthenticated.idempotent']
      403: components['responses']['forbidden.idempotent']
      404: components['responses']['not-found.idempotent']
      409: components['responses']['idempotency-in-flight.idempotent']
      413: components['responses']['payload-too-large.idempotent']
      415: components['responses']['unsupported-media-type.idempotent']
      422: components['responses']['command-rejected.or.idempotency-key-reused.idempotent']
      429: components['responses']['rate-limited.idempotent']
      500: components['responses']['internal.idempotent']
      503: components['responses']['busy.or.unavailable.idempotent']
    }
  }
  listProducts: {
    parameters: {
      query?: {
        /** @description How many at most */
        limit?: number
        /** @description Where the page begins: `nextCursor` of the page before */
        cursor?: string
        /**
         * @description Words, or how they begin; slips of the finger are forgiven
         * @example espresso
         */
        q?: string
        /**
         * @description Id or slug: this category and all below it
         * @example coffee
         */
        category?: string
        /**
         * @description Minor units (cents), included
         * @example 1000
         */
        priceFrom?: number
        /**
         * @description Minor units (cents), included
         * @example 1000
         */
        priceTo?: number
        /** @description ISO 4217 */
        currency?: string
        /** @description Whether a piece of it can be had */
        inStock?: 'true' | 'false'
        /** @description Whether it is for sale. Others than `true` need the scope catalogue:write. */
        active?: 'true' | 'false' | 'any'
        /** @description `relevance` without `q` is by name; `-price` begins with the dearest */
        sort?: 'relevance' | 'name' | 'price' | '-price' | 'newest'
        /** @description Whether to count by category, price and stock */
        facets?: 'true' | 'false'
      }
      header?: {
        /** @description `ETag` of the answer that you have: 304, without a body, where it would be the same. */
        'If-None-Match'?: components['parameters']['IfNoneMatch']
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description A page of what was found */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          /** @description Send it as If-None-Match; where the resource has a version, as If-Match with a change */
          ETag?: string
          /** @description How long it may be kept */
          'Cache-Control'?: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "ethiopia-guji-250",
           *           "sku": "COF-ETH-250",
           *           "name": "name",
           *           "description": "description",
           *           "category": {
           *             "id": "coffee",
           *             "name": "name"
           *           },
           *           "price": {
           *             "amount": 1999,
           *             "currency": "EUR"
           *           },
           *           "available": 1,
           *           "active": true,
           *           "images": [
           *             {
           *               "id": "01kaj5z4qw8x2n6t3r9v7c1b0d",
           *               "url": "/api/v1/images/01kaj5z4qw8x2n6t3r9v7c1b0d",
           *               "alt": "alt",
           *               "contentType": "image/png",
           *               "width": 1,
           *               "height": 1,
           *               "bytes": 1
           *             }
           *           ],
           *           "createdAt": "2025-11-21T09:30:00.000Z"
           *         }
           *       ],
           *       "nextCursor": "nextCursor",
           *       "corrections": [
           *         {
           *           "word": "word",
           *           "alternatives": [
           *             "alternatives"
           *           ]
           *         }
           *       ],
           *       "facets": {
           *         "total": 1,
           *         "categories": [
           *           {
           *             "id": "coffee",
           *             "name": "name",
           *             "parentId": "coffee",
           *             "count": 1
           *           }
           *         ],
           *         "priceBands": [
           *           {
           *             "currency": "currency",
           *             "from": 1,
           *             "to": 1,
           *             "count": 1
           *           }
           *         ],
           *         "inStock": 1
           *       }
           *     }
           */
          'application/json': components['schemas']['ProductPage']
        }
      }
      /** @description Not Modified */
      304: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          /** @description Send it as If-None-Match; where the resource has a version, as If-Match with a change */
          ETag?: string
          /** @description How long it may be kept */
          'Cache-Control'?: string
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid-cursor.or.invalid-request']
      401: components['responses']['unauthenticated']
      403: components['responses']['forbidden']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  createProduct: {
    parameters: {
      query?: never
      header?: {
        /**
         * @description A key of your own for this request, for instance a UUID. A repetition with it changes nothing.
         * @example 5f3c8a52-0a3f-4b8f-9d67-2c1f6c2f7e0b
         */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey']
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "sku": "COF-ETH-250",
         *       "name": "Guji, 250 g",
         *       "description": "Washed Ethiopian beans.",
         *       "categoryId": "coffee",
         *       "price": {
         *         "amount": 1290,
         *         "currency": "EUR"
         *       },
         *       "active": true
         *     }
         */
        'application/json': components['schemas']['NewProductInput']
      }
    }
    responses: {
      /** @description Created */
      201: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
          /** @description The product */
          Location?: string
          /** @description Send it as If-Match with a change */
          ETag?: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "ethiopia-guji-250",
           *       "sku": "COF-ETH-250",
           *       "name": "name",
           *       "description": "description",
           *       "category": {
           *         "id": "coffee",
           *         "name": "name"
           *       },
           *       "price": {
           *         "amount": 1999,
           *         "currency": "EUR"
           *       },
           *       "available": 1,
           *       "active": true,
           *       "images": [
           *         {
           *           "id": "01kaj5z4qw8x2n6t3r9v7c1b0d",
           *           "url": "/api/v1/images/01kaj5z4qw8x2n6t3r9v7c1b0d",
           *           "alt": "alt",
           *           "contentType": "image/png",
           *           "width": 1,
           *           "height": 1,
           *           "bytes": 1
           *         }
           *       ],
           *       "createdAt": "2025-11-21T09:30:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Product']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request.idempotent']
      401: components['responses']['unauthenticated.idempotent']
      403: components['responses']['forbidden.idempotent']
      409: components['responses']['idempotency-in-flight.or.sku-taken.idempotent']
      413: components['responses']['payload-too-large.idempotent']
      415: components['responses']['unsupported-media-type.idempotent']
      422: components['responses']['idempotency-key-reused.or.unknown-category.idempotent']
      429: components['responses']['rate-limited.idempotent']
      500: components['responses']['internal.idempotent']
      503: components['responses']['unavailable.idempotent']
    }
  }
  getProduct: {
    parameters: {
      query?: never
      header?: {
        /** @description `ETag` of the answer that you have: 304, without a body, where it would be the same. */
        'If-None-Match'?: components['parameters']['IfNoneMatch']
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path: {
        /**
         * @description Stable
         * @example ethiopia-guji-250
         */
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The product */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          /** @description Send it as If-None-Match; where the resource has a version, as If-Match with a change */
          ETag?: string
          /** @description How long it may be kept */
          'Cache-Control'?: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "ethiopia-guji-250",
           *       "sku": "COF-ETH-250",
           *       "name": "name",
           *       "description": "description",
           *       "category": {
           *         "id": "coffee",
           *         "name": "name"
           *       },
           *       "price": {
           *         "amount": 1999,
           *         "currency": "EUR"
           *       },
           *       "available": 1,
           *       "active": true,
           *       "images": [
           *         {
           *           "id": "01kaj5z4qw8x2n6t3r9v7c1b0d",
           *           "url": "/api/v1/images/01kaj5z4qw8x2n6t3r9v7c1b0d",
           *           "alt": "alt",
           *           "contentType": "image/png",
           *           "width": 1,
           *           "height": 1,
           *           "bytes": 1
           *         }
           *       ],
           *       "createdAt": "2025-11-21T09:30:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Product']
        }
      }
      /** @description Not Modified */
      304: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          /** @description Send it as If-None-Match; where the resource has a version, as If-Match with a change */
          ETag?: string
          /** @description How long it may be kept */
          'Cache-Control'?: string
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid-request.or.malformed-request']
      401: components['responses']['unauthenticated']
      404: components['responses']['not-found']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  deleteProduct: {
    parameters: {
      query?: never
      header?: {
        /** @description ETag of the resource as you have seen it: 412 where it has changed since */
        'if-match'?: string
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path: {
        /**
         * @description Stable
         * @example ethiopia-guji-250
         */
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Gone, with its images; its orders and the history of its prices stay */
      204: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid-request.or.malformed-request']
      401: components['responses']['unauthenticated']
      403: components['responses']['forbidden']
      404: components['responses']['not-found']
      412: components['responses']['precondition-failed']
      413: components['responses']['payload-too-large']
      415: components['responses']['unsupported-media-type']
      428: components['responses']['precondition-required']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  changeProduct: {
    parameters: {
      query?: never
      header?: {
        /** @description ETag of the resource as you have seen it: 412 where it has changed since */
        'if-match'?: string
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path: {
        /**
         * @description Stable
         * @example ethiopia-guji-250
         */
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "price": {
         *         "amount": 1190,
         *         "currency": "EUR"
         *       }
         *     }
         */
        'application/json': components['schemas']['ProductChange']
      }
    }
    responses: {
      /** @description Changed */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          /** @description Send it as If-Match with a change */
          ETag?: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "ethiopia-guji-250",
           *       "sku": "COF-ETH-250",
           *       "name": "name",
           *       "description": "description",
           *       "category": {
           *         "id": "coffee",
           *         "name": "name"
           *       },
           *       "price": {
           *         "amount": 1999,
           *         "currency": "EUR"
           *       },
           *       "available": 1,
           *       "active": true,
           *       "images": [
           *         {
           *           "id": "01kaj5z4qw8x2n6t3r9v7c1b0d",
           *           "url": "/api/v1/images/01kaj5z4qw8x2n6t3r9v7c1b0d",
           *           "alt": "alt",
           *           "contentType": "image/png",
           *           "width": 1,
           *           "height": 1,
           *           "bytes": 1
           *         }
           *       ],
           *       "createdAt": "2025-11-21T09:30:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Product']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request']
      401: components['responses']['unauthenticated']
      403: components['responses']['forbidden']
      404: components['responses']['not-found']
      412: components['responses']['precondition-failed']
      413: components['responses']['payload-too-large']
      415: components['responses']['unsupported-media-type']
      422: components['responses']['unknown-category']
      428: components['responses']['precondition-required']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  addProductImage: {
    parameters: {
      query?: never
      header?: {
        /**
         * @description A key of your own for this request, for instance a UUID. A repetition with it changes nothing.
         * @example 5f3c8a52-0a3f-4b8f-9d67-2c1f6c2f7e0b
         */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey']
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path: {
        /**
         * @description Stable
         * @example ethiopia-guji-250
         */
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "file": "file"
         *     }
         */
        'multipart/form-data': components['schemas']['ProductImageUploadInput']
      }
    }
    responses: {
      /** @description The product with its images */
      201: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
          /** @description The image */
          Location?: string
          /** @description Of the product: send it as If-Match with a change */
          ETag?: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "ethiopia-guji-250",
           *       "sku": "COF-ETH-250",
           *       "name": "name",
           *       "description": "description",
           *       "category": {
           *         "id": "coffee",
           *         "name": "name"
           *       },
           *       "price": {
           *         "amount": 1999,
           *         "currency": "EUR"
           *       },
           *       "available": 1,
           *       "active": true,
           *       "images": [
           *         {
           *           "id": "01kaj5z4qw8x2n6t3r9v7c1b0d",
           *           "url": "/api/v1/images/01kaj5z4qw8x2n6t3r9v7c1b0d",
           *           "alt": "alt",
           *           "contentType": "image/png",
           *           "width": 1,
           *           "height": 1,
           *           "bytes": 1
           *         }
           *       ],
           *       "createdAt": "2025-11-21T09:30:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Product']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request.idempotent']
      401: components['responses']['unauthenticated.idempotent']
      403: components['responses']['forbidden.idempotent']
      404: components['responses']['not-found.idempotent']
      409: components['responses']['idempotency-in-flight.idempotent']
      413: components['responses']['payload-too-large.idempotent']
      415: components['responses']['unsupported-media-type.idempotent']
      422: components['responses']['idempotency-key-reused.or.too-many-images.or.unusable-image.idempotent']
      429: components['responses']['rate-limited.idempotent']
      500: components['responses']['internal.idempotent']
      503: components['responses']['unavailable.idempotent']
    }
  }
  deleteProductImage: {
    parameters: {
      query?: never
      header?: {
        /** @description ETag of the resource as you have seen it: 412 where it has changed since */
        'if-match'?: string
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path: {
        /**
         * @description Stable
         * @example ethiopia-guji-250
         */
        id: string
        /**
         * @description ULID in lower case
         * @example 01kaj5z4qw8x2n6t3r9v7c1b0d
         */
        imageId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The product with the images that are left */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          /** @description Of the product: send it as If-Match with a change */
          ETag?: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "ethiopia-guji-250",
           *       "sku": "COF-ETH-250",
           *       "name": "name",
           *       "description": "description",
           *       "category": {
           *         "id": "coffee",
           *         "name": "name"
           *       },
           *       "price": {
           *         "amount": 1999,
           *         "currency": "EUR"
           *       },
           *       "available": 1,
           *       "active": true,
           *       "images": [
           *         {
           *           "id": "01kaj5z4qw8x2n6t3r9v7c1b0d",
           *           "url": "/api/v1/images/01kaj5z4qw8x2n6t3r9v7c1b0d",
           *           "alt": "alt",
           *           "contentType": "image/png",
           *           "width": 1,
           *           "height": 1,
           *           "bytes": 1
           *         }
           *       ],
           *       "createdAt": "2025-11-21T09:30:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Product']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request']
      401: components['responses']['unauthenticated']
      403: components['responses']['forbidden']
      404: components['responses']['not-found']
      412: components['responses']['precondition-failed']
      413: components['responses']['payload-too-large']
      415: components['responses']['unsupported-media-type']
      428: components['responses']['precondition-required']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  changeProductImage: {
    parameters: {
      query?: never
      header?: {
        /** @description ETag of the resource as you have seen it: 412 where it has changed since */
        'if-match'?: string
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path: {
        /**
         * @description Stable
         * @example ethiopia-guji-250
         */
        id: string
        /**
         * @description ULID in lower case
         * @example 01kaj5z4qw8x2n6t3r9v7c1b0d
         */
        imageId: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "alt": "A bag of coffee",
         *       "position": 0
         *     }
         */
        'application/json': components['schemas']['ProductImageChange']
      }
    }
    responses: {
      /** @description The product with its images */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          /** @description Of the product: send it as If-Match with a change */
          ETag?: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "ethiopia-guji-250",
           *       "sku": "COF-ETH-250",
           *       "name": "name",
           *       "description": "description",
           *       "category": {
           *         "id": "coffee",
           *         "name": "name"
           *       },
           *       "price": {
           *         "amount": 1999,
           *         "currency": "EUR"
           *       },
           *       "available": 1,
           *       "active": true,
           *       "images": [
           *         {
           *           "id": "01kaj5z4qw8x2n6t3r9v7c1b0d",
           *           "url": "/api/v1/images/01kaj5z4qw8x2n6t3r9v7c1b0d",
           *           "alt": "alt",
           *           "contentType": "image/png",
           *           "width": 1,
           *           "height": 1,
           *           "bytes": 1
           *         }
           *       ],
           *       "createdAt": "2025-11-21T09:30:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Product']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request']
      401: components['responses']['unauthenticated']
      403: components['responses']['forbidden']
      404: components['responses']['not-found']
      412: components['responses']['precondition-failed']
      413: components['responses']['payload-too-large']
      415: components['responses']['unsupported-media-type']
      428: components['responses']['precondition-required']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  getPriceHistory: {
    parameters: {
      query?: {
        /** @description How many at most */
        limit?: number
        /** @description Where the page begins: `nextCursor` of the page before */
        cursor?: string
      }
      header?: {
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path: {
        /**
         * @description Stable
         * @example ethiopia-guji-250
         */
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Every price that it has had, also of a product that is gone */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "price": {
           *             "amount": 1999,
           *             "currency": "EUR"
           *           },
           *           "from": "2025-11-21T09:30:00.000Z",
           *           "by": {
           *             "kind": "customer",
           *             "id": "id"
           *           }
           *         }
           *       ],
           *       "nextCursor": "nextCursor"
           *     }
           */
          'application/json': components['schemas']['PriceHistory']
        }
      }
      400: components['responses']['invalid-cursor.or.invalid-request.or.malformed-request']
      401: components['responses']['unauthenticated']
      403: components['responses']['forbidden']
      404: components['responses']['not-found']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  listRefunds: {
    parameters: {
      query?: {
        /** @description How many at most */
        limit?: number
        /** @description Where the page begins: `nextCursor` of the page before */
        cursor?: string
        /**
         * @description ULID
         * @example 01KAJ5Z4QW8X2N6T3R9V7C1B0D
         */
        orderId?: string
        /** @description One, or several with commas between */
        status?: string
        /**
         * @description Inclusive
         * @example 2025-11-21T09:30:00.000Z
         */
        requestedFrom?: string
        /**
         * @description Exclusive
         * @example 2025-11-21T09:30:00.000Z
         */
        requestedBefore?: string
        /**
         * @description The same as If-Position-Reached, for whoever can set no header. Where both are there the header counts.
         * @example 18342/18342
         */
        position?: components['parameters']['Position']
      }
      header?: {
        /**
         * @description `Position` of an earlier answer: the query waits until it sees what that request changed.
         * @example 18342/18342
         */
        'If-Position-Reached'?: components['parameters']['IfPositionReached']
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Newest first */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "orderId": "01KAJ5Z4QW8X2N6T3R9V7C1B0D",
           *           "refundId": "refundId",
           *           "status": "pending",
           *           "amount": {
           *             "amount": 1999,
           *             "currency": "EUR"
           *           },
           *           "lines": [
           *             {
           *               "sku": "COF-ETH-250",
           *               "quantity": 1
           *             }
           *           ],
           *           "restock": true,
           *           "cancelsOrder": true,
           *           "reason": "reason",
           *           "requestedAt": "2025-11-21T09:30:00.000Z",
           *           "settledAt": "2025-11-21T09:30:00.000Z",
           *           "failure": {
           *             "code": "code",
           *             "message": "message"
           *           },
           *           "attempts": 1,
           *           "updatedAt": "2025-11-21T09:30:00.000Z"
           *         }
           *       ],
           *       "nextCursor": "nextCursor"
           *     }
           */
          'application/json': components['schemas']['RefundPage']
        }
      }
      400: components['responses']['invalid-cursor.or.invalid-request']
      401: components['responses']['unauthenticated']
      403: components['responses']['forbidden']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
      504: components['responses']['position-not-reached']
    }
  }
  listServiceAccounts: {
    parameters: {
      query?: never
      header?: {
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description By name */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "service-01KAJ5Z4QW8X2N6T3R9V7C1B0D",
           *           "name": "billing",
           *           "scopes": [
           *             "scopes"
           *           ],
           *           "createdAt": "2025-11-21T09:30:00.000Z"
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['ServiceAccountList']
        }
      }
      400: components['responses']['invalid-request']
      401: components['responses']['unauthenticated']
      403: components['responses']['forbidden']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  createServiceAccount: {
    parameters: {
      query?: never
      header?: {
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "billing",
         *       "scopes": [
         *         "orders:read:any"
         *       ]
         *     }
         */
        'application/json': components['schemas']['NewServiceAccount']
      }
    }
    responses: {
      /** @description Made */
      201: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "service-01KAJ5Z4QW8X2N6T3R9V7C1B0D",
           *       "name": "billing",
           *       "scopes": [
           *         "scopes"
           *       ],
           *       "createdAt": "2025-11-21T09:30:00.000Z",
           *       "secret": "secret"
           *     }
           */
          'application/json': components['schemas']['CreatedServiceAccount']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request']
      401: components['responses']['unauthenticated']
      403: components['responses']['forbidden']
      409: components['responses']['name-taken']
      413: components['responses']['payload-too-large']
      415: components['responses']['unsupported-media-type']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  revokeServiceAccount: {
    parameters: {
      query?: never
      header?: {
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path: {
        /**
         * @description As `client_id`
         * @example service-01KAJ5Z4QW8X2N6T3R9V7C1B0D
         */
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Revoked; its tokens are good no more */
      204: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid-request.or.malformed-request']
      401: components['responses']['unauthenticated']
      403: components['responses']['forbidden']
      404: components['responses']['not-found']
      413: components['responses']['payload-too-large']
      415: components['responses']['unsupported-media-type']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  listUsers: {
    parameters: {
      query?: {
        /** @description How many at most */
        limit?: number
        /** @description Where the page begins: `nextCursor` of the page before */
        cursor?: string
        /** @description Those that have this role */
        role?: 'customer' | 'support' | 'warehouse' | 'admin'
        /**
         * @description The whole address
         * @example ada@example.com
         */
        email?: string
      }
      header?: {
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Accounts, newest first */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "id",
           *           "email": "email",
           *           "name": "name",
           *           "roles": [
           *             "customer"
           *           ],
           *           "emailVerifiedAt": "2025-11-21T09:30:00.000Z",
           *           "createdAt": "2025-11-21T09:30:00.000Z"
           *         }
           *       ],
           *       "nextCursor": "nextCursor"
           *     }
           */
          'application/json': components['schemas']['UserPage']
        }
      }
      400: components['responses']['invalid-cursor.or.invalid-request']
      401: components['responses']['unauthenticated']
      403: components['responses']['forbidden']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  getUsers: {
    parameters: {
      query?: never
      header?: {
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "ids": [
         *         "01KAJ5Z4QW8X2N6T3R9V7C1B0D"
         *       ]
         *     }
         */
        'application/json': components['schemas']['UserIds']
      }
    }
    responses: {
      /** @description Those of them that there are */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "id",
           *           "email": "email",
           *           "name": "name",
           *           "roles": [
           *             "customer"
           *           ],
           *           "emailVerifiedAt": "2025-11-21T09:30:00.000Z",
           *           "createdAt": "2025-11-21T09:30:00.000Z"
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['UserBatch']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request']
      401: components['responses']['unauthenticated']
      403: components['responses']['forbidden']
      413: components['responses']['payload-too-large']
      415: components['responses']['unsupported-media-type']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  getProfile: {
    parameters: {
      query?: never
      header?: {
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Who you are */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          /** @description Its version: send it as If-Match with a change */
          ETag?: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "id",
           *       "email": "email",
           *       "name": "name",
           *       "roles": [
           *         "customer"
           *       ],
           *       "emailVerifiedAt": "2025-11-21T09:30:00.000Z",
           *       "createdAt": "2025-11-21T09:30:00.000Z"
           *     }
           */
          'application/json': components['schemas']['User']
        }
      }
      400: components['responses']['invalid-request']
      401: components['responses']['unauthenticated']
      404: components['responses']['not-found']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  eraseProfile: {
    parameters: {
      query?: never
      header?: {
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Erased */
      204: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['invalid-request.or.malformed-request']
      401: components['responses']['unauthenticated']
      404: components['responses']['not-found']
      413: components['responses']['payload-too-large']
      415: components['responses']['unsupported-media-type']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  changeProfile: {
    parameters: {
      query?: never
      header?: {
        /** @description ETag of the resource as you have seen it: 412 where it has changed since */
        'if-match'?: string
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "Ada King"
         *     }
         */
        'application/json': components['schemas']['ProfileChange']
      }
    }
    responses: {
      /** @description Changed */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          /** @description Its version: send it as If-Match with a change */
          ETag?: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "id",
           *       "email": "email",
           *       "name": "name",
           *       "roles": [
           *         "customer"
           *       ],
           *       "emailVerifiedAt": "2025-11-21T09:30:00.000Z",
           *       "createdAt": "2025-11-21T09:30:00.000Z"
           *     }
           */
          'application/json': components['schemas']['User']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request']
      401: components['responses']['unauthenticated']
      404: components['responses']['not-found']
      412: components['responses']['precondition-failed']
      413: components['responses']['payload-too-large']
      415: components['responses']['unsupported-media-type']
      422: components['responses']['wrong-password']
      429: components['responses']['rate-limited.or.too-many-attempts']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  changeRoles: {
    parameters: {
      query?: never
      header?: {
        /** @description ETag of the resource as you have seen it: 412 where it has changed since */
        'if-match'?: string
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path: {
        /**
         * @description ULID
         * @example 01KAJ5Z4QW8X2N6T3R9V7C1B0D
         */
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "roles": [
         *         "customer",
         *         "support"
         *       ]
         *     }
         */
        'application/json': components['schemas']['RoleChange']
      }
    }
    responses: {
      /** @description Changed; access tokens with the former roles are good no more */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          /** @description Its version: send it as If-Match with a change */
          ETag?: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "id": "id",
           *       "email": "email",
           *       "name": "name",
           *       "roles": [
           *         "customer"
           *       ],
           *       "emailVerifiedAt": "2025-11-21T09:30:00.000Z",
           *       "createdAt": "2025-11-21T09:30:00.000Z"
           *     }
           */
          'application/json': components['schemas']['User']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request']
      401: components['responses']['unauthenticated']
      403: components['responses']['forbidden']
      404: components['responses']['not-found']
      412: components['responses']['precondition-failed']
      413: components['responses']['payload-too-large']
      415: components['responses']['unsupported-media-type']
      422: components['responses']['own-admin-role']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
    }
  }
  getWallet: {
    parameters: {
      query?: {
        /** @description For staff; by default the caller’s own */
        customerId?: string
        /**
         * @description The same as If-Position-Reached, for whoever can set no header. Where both are there the header counts.
         * @example 18342/18342
         */
        position?: components['parameters']['Position']
      }
      header?: {
        /**
         * @description `Position` of an earlier answer: the query waits until it sees what that request changed.
         * @example 18342/18342
         */
        'If-Position-Reached'?: components['parameters']['IfPositionReached']
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Its balance */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "customerId": "customerId",
           *       "available": {
           *         "amount": 1999,
           *         "currency": "EUR"
           *       },
           *       "held": {
           *         "amount": 1999,
           *         "currency": "EUR"
           *       },
           *       "updatedAt": "2025-11-21T09:30:00.000Z",
           *       "revision": "revision"
           *     }
           */
          'application/json': components['schemas']['Wallet']
        }
      }
      400: components['responses']['invalid-request']
      401: components['responses']['unauthenticated']
      403: components['responses']['forbidden']
      404: components['responses']['not-found']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
      504: components['responses']['position-not-reached']
    }
  }
  getWalletStatement: {
    parameters: {
      query?: {
        /** @description For staff; by default the caller’s own */
        customerId?: string
        /** @description How many at most */
        limit?: number
        /** @description Where the page begins: `nextCursor` of the page before */
        cursor?: string
        /**
         * @description The same as If-Position-Reached, for whoever can set no header. Where both are there the header counts.
         * @example 18342/18342
         */
        position?: components['parameters']['Position']
      }
      header?: {
        /**
         * @description `Position` of an earlier answer: the query waits until it sees what that request changed.
         * @example 18342/18342
         */
        'If-Position-Reached'?: components['parameters']['IfPositionReached']
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description How the balance came about, newest first */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "revision": "revision",
           *           "type": "WalletToppedUp",
           *           "eventId": "eventId",
           *           "at": "2025-11-21T09:30:00.000Z",
           *           "availableChange": 1,
           *           "heldChange": 1,
           *           "available": {
           *             "amount": 1999,
           *             "currency": "EUR"
           *           },
           *           "held": {
           *             "amount": 1999,
           *             "currency": "EUR"
           *           },
           *           "subjectId": "subjectId",
           *           "paymentId": "paymentId",
           *           "reason": "reason"
           *         }
           *       ],
           *       "nextCursor": "nextCursor"
           *     }
           */
          'application/json': components['schemas']['WalletStatement']
        }
      }
      400: components['responses']['invalid-cursor.or.invalid-request']
      401: components['responses']['unauthenticated']
      403: components['responses']['forbidden']
      404: components['responses']['not-found']
      429: components['responses']['rate-limited']
      500: components['responses']['internal']
      503: components['responses']['unavailable']
      504: components['responses']['position-not-reached']
    }
  }
  topUpWallet: {
    parameters: {
      query?: never
      header?: {
        /**
         * @description A key of your own for this request, for instance a UUID. A repetition with it changes nothing.
         * @example 5f3c8a52-0a3f-4b8f-9d67-2c1f6c2f7e0b
         */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey']
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "customerId": "01KAJ5Z4QW8X2N6T3R9V7C1B0D",
         *       "topUpId": "T-2025-0042",
         *       "amount": {
         *         "amount": 5000,
         *         "currency": "EUR"
         *       },
         *       "reference": "Bank transfer of 21 November"
         *     }
         */
        'application/json': components['schemas']['NewTopUp']
      }
    }
    responses: {
      /** @description It is in: the wallet after it */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          RateLimit: components['headers']['RateLimit']
          'RateLimit-Policy': components['headers']['RateLimit-Policy']
          'Idempotency-Replayed': components['headers']['Idempotency-Replayed']
          /** @description Send it as If-Position-Reached with a query that has to see the change */
          Position?: string
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "customerId": "01KAJ5Z4QW8X2N6T3R9V7C1B0D",
           *       "available": {
           *         "amount": 1999,
           *         "currency": "EUR"
           *       },
           *       "held": {
           *         "amount": 1999,
           *         "currency": "EUR"
           *       }
           *     }
           */
          'application/json': components['schemas']['WalletBalance']
        }
      }
      400: components['responses']['invalid-request.or.malformed-request.idempotent']
      401: components['responses']['unauthenticated.idempotent']
      403: components['responses']['forbidden.idempotent']
      404: components['responses']['not-found.idempotent']
      409: components['responses']['idempotency-in-flight.idempotent']
      413: components['responses']['payload-too-large.idempotent']
      415: components['responses']['unsupported-media-type.idempotent']
      422: components['responses']['command-rejected.or.idempotency-key-reused.idempotent']
      429: components['responses']['rate-limited.idempotent']
      500: components['responses']['internal.idempotent']
      503: components['responses']['busy.or.unavailable.idempotent']
    }
  }
  getHealth: {
    parameters: {
      query?: never
      header?: {
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description All parts answer */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "status": "ready",
           *       "checks": {
           *         "postgres": "up",
           *         "eventStore": "up"
           *       }
           *     }
           */
          'application/json': components['schemas']['Ready']
        }
      }
      500: components['responses']['internal.unlimited']
      503: components['responses']['unavailable.unlimited']
    }
  }
  getLiveness: {
    parameters: {
      query?: never
      header?: {
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The process answers */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "status": "live"
           *     }
           */
          'application/json': components['schemas']['Live']
        }
      }
      500: components['responses']['internal.unlimited']
      503: components['responses']['unavailable.unlimited']
    }
  }
  getReadiness: {
    parameters: {
      query?: never
      header?: {
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description All parts answer */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          [name: string]: unknown
        }
        content: {
          /**
           * @example {
           *       "status": "ready",
           *       "checks": {
           *         "postgres": "up",
           *         "eventStore": "up"
           *       }
           *     }
           */
          'application/json': components['schemas']['Ready']
        }
      }
      500: components['responses']['internal.unlimited']
      503: components['responses']['unavailable.unlimited']
    }
  }
  getMetrics: {
    parameters: {
      query?: never
      header?: {
        /** @description Goes into every event that comes of the request. Made up where it is not sent. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId']
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description In the text format of Prometheus */
      200: {
        headers: {
          'X-Request-Id': components['headers']['X-Request-Id']
          'X-Correlation-Id': components['headers']['X-Correlation-Id']
          [name: string]: unknown
        }
        content: {
          /** @example text */
          'text/plain': string
        }
      }
      401: components['responses']['unauthenticated.unlimited']
      403: components['responses']['forbidden.unlimited']
      500: components['responses']['internal.unlimited']
      503: components['responses']['unavailable.unlimited']
    }
  }
}
