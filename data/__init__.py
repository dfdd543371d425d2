"""Which adapters connect the product to what lies outside it: stores, providers, queues, caches."""
