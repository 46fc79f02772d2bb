//! An API behind a gateway, as a configuration or an imported file describes it.

use super::cors::Cors;
use super::dialect::Dialect;
use super::responses::Responses;
use super::route::Route;

/// What a configuration or an import comes to.
#[derive(Debug, Clone)]
pub struct Api {
    /// Whose manners it has.
    pub dialect: Dialect,
    /// Its routes, in the order in which they are declared.
    pub routes: Vec<Route>,
    /// What browsers of other origins may do, if the gateway answers them itself.
    pub cors: Option<Cors>,
    /// Its answers that are worded otherwise.
    pub responses: Responses,
}
