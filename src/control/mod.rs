//! The control plane: Amazon Cognito's user pool API in the AWS JSON 1.1 protocol.
//!
//! What a request may look like is data: `model` holds our part of the service model as constants, `validate` holds a
//! request against it and answers in the service's own words. Neither knows what an operation does.

pub mod model;
pub mod validate;
