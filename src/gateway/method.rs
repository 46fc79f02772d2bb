//! The method that counts. A REST API takes it from a header, if the request has that; whoever is behind a gateway never
//! sees such a header, so that it cannot serve another method than was judged.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html>

use actix_web::HttpRequest;

use crate::domain::gateway::dialect::Dialect;

use super::header_name::is_read_as;

/// The header that a REST API obeys.
const OVERRIDE: &str = "x-http-method-override";

/// The headers that some servers obey. Proxies tell in the last two which request they were asked.
const OVERRIDES: [&str; 5] =
    [OVERRIDE, "x-http-method", "x-method-override", "x-original-method", "x-forwarded-method"];

/// The methods that a REST API has.
const METHODS: [&str; 7] = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/// Whether some server takes the method out of a header of this name.
pub(super) fn is_override(name: &str) -> bool {
    OVERRIDES.iter().any(|other| is_read_as(name, other))
}

/// The method of a request that counts, or why there is none.
pub(super) fn counted(dialect: Dialect, request: &HttpRequest) -> Result<&str, &'static str> {
    let method = request.method().as_str();
    if dialect != Dialect::RestApi {
        return Ok(method);
    }
    let mut named = request.headers().get_all(OVERRIDE);
    match (named.next(), named.next()) {
        (None, _) => Ok(method),
        (Some(only), None) => {
            let named = METHODS.into_iter().find(|method| method.as_bytes() == only.as_bytes());
            named.ok_or("the method that a header names is none of a REST API")
        }
        (Some(_), Some(_)) => Err("two headers name a method"),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_rest_api_takes_the_method_from_one_header() {
        let counted = |dialect, values: &[&str]| {
            let request =
                values.iter().fold(TestRequest::post(), |request, value| request.append_header((OVERRIDE, *value)));
            counted(dialect, &request.to_http_request()).map(str::to_owned).ok()
        };
        let post = Some("POST".to_owned());
        assert_eq!(counted(Dialect::RestApi, &[]), post);
        assert_eq!(counted(Dialect::RestApi, &["DELETE"]), Some("DELETE".to_owned()));
        for unclear in [&["delete"][..], &[""], &["CONNECT"], &["ANY"], &["GET", "GET"], &["GET, PUT"]] {
            assert_eq!(counted(Dialect::RestApi, unclear), None, "{unclear:?}");
        }
        for other in [Dialect::HttpApi, Dialect::Rfc6750Any, Dialect::Rfc6750All] {
            assert_eq!(counted(other, &["DELETE"]), post);
        }
    }

    #[test]
    fn a_header_is_kept_back_under_every_name_that_a_server_may_obey() {
        for name in ["x-http-method-override", "x_http_method_override", "x-http_method-override", "x-method-override"]
        {
            assert!(is_override(name), "{name}");
        }
        assert!(!is_override("x-http-methods") && !is_override("x-http-method-overrides"));
    }
}
