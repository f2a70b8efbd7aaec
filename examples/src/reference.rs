//! Every request of the reference API with the answer it gets, in an order that starts from empty storage.
