//! Who calls: read from the signature's header, whose signature is not verified.
//!
//! Any credentials do. The access key chooses the account (one of twelve digits *is* the account) and the credential
//! scope chooses the region, as in other local AWS services.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use crate::domain::id::{AccountId, Region, UserPoolId};
use crate::registry::Caller;

use super::error::{AwsError, ErrorCode};

/// What a request without `Authorization` is taken for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unsigned<'a> {
    /// Whether such a request is refused.
    pub(super) refused: bool,
    /// The pool it names, whose region it then acts in.
    pub(super) pool: Option<&'a str>,
    /// The region otherwise.
    pub(super) region: &'a Region,
}

/// Who calls, by the header if there is one.
pub(super) fn identify(authorization: Option<&[u8]>, unsigned: Unsigned<'_>) -> Result<Caller, AwsError> {
    match authorization {
        Some(header) => str::from_utf8(header).ok().and_then(credential).ok_or_else(malformed),
        None if unsigned.refused => {
            Err(AwsError::new(ErrorCode::MissingAuthenticationTokenException, "Missing Authentication Token"))
        }
        None => {
            let named = unsigned.pool.map(|pool| UserPoolId::from(pool).region());
            // A pool whose id names no region is looked for in the configured one, where it is not found.
            let named = named.and_then(|region| Region::of_name(region.as_str()));
            Ok(Caller { account: AccountId::nobody(), region: named.unwrap_or_else(|| unsigned.region.clone()) })
        }
    }
}

/// Reads `AWS4-HMAC-SHA256 Credential=KEY/date/region/service/aws4_request, SignedHeaders=…, Signature=…`.
fn credential(header: &str) -> Option<Caller> {
    let parameters = header.trim().strip_prefix("AWS4-HMAC-SHA256")?;
    let mut named = parameters.split(',').filter_map(|parameter| parameter.trim().split_once('='));
    let (_, credential) = named.find(|(name, _)| *name == "Credential")?;
    // From the end, since an access key of the caller's own making may well contain a slash.
    let mut scope = credential.rsplitn(5, '/');
    let (terminator, _service, region, _date) = (scope.next()?, scope.next()?, scope.next()?, scope.next()?);
    let access_key = scope.next()?;
    let complete = terminator == "aws4_request" && !access_key.is_empty();
    // Any region becomes part of ids and host names, so it must be one that they can hold.
    let region = Region::of_name(region).filter(|_| complete)?;
    Some(Caller { account: AccountId::of_access_key(access_key), region })
}

fn malformed() -> AwsError {
    AwsError::new(
        ErrorCode::IncompleteSignatureException,
        "Authorization header requires 'Credential' parameter in the form of \
         'AWS4-HMAC-SHA256 Credential=<access key>/<date>/<region>/cognito-idp/aws4_request'.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anonymous(region: &Region) -> Unsigned<'_> {
        Unsigned { refused: false, pool: None, region }
    }

    fn caller(account: &str, region: &str) -> Caller {
        Caller { account: AccountId::from(account), region: Region::from(region) }
    }

    #[test]
    fn the_credential_scope_names_account_and_region() {
        let home = Region::from("us-east-1");
        let signed = |header: &str| identify(Some(header.as_bytes()), anonymous(&home));
        let tail = "SignedHeaders=host;x-amz-date, Signature=abc";
        assert_eq!(
            signed(&format!(
                "AWS4-HMAC-SHA256 Credential=123456789012/20260101/eu-west-1/cognito-idp/aws4_request, {tail}"
            )),
            Ok(caller("123456789012", "eu-west-1"))
        );
        assert_eq!(
            signed(&format!("AWS4-HMAC-SHA256 {tail},Credential=AKIA/X/20260101/eu-west-1/x/aws4_request")),
            Ok(caller("000000000000", "eu-west-1"))
        );
    }

    #[test]
    fn a_malformed_header_is_refused() {
        let home = Region::from("us-east-1");
        let tried = [
            "",
            "Bearer x",
            "AWS4-HMAC-SHA256",
            "AWS4-HMAC-SHA256 Credential=",
            "AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-west-1/cognito-idp",
            "AWS4-HMAC-SHA256 Credential=/20260101/eu-west-1/cognito-idp/aws4_request",
            "AWS4-HMAC-SHA256 Credential=AKIA/20260101//cognito-idp/aws4_request",
            "AWS4-HMAC-SHA256 Credential=AKIA/20260101/bad region!/cognito-idp/aws4_request",
            "AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu_1/cognito-idp/aws4_request",
        ];
        for header in tried {
            assert_eq!(identify(Some(header.as_bytes()), anonymous(&home)), Err(malformed()), "{header}");
        }
        assert_eq!(identify(Some(b"\xff"), anonymous(&home)), Err(malformed()));
    }

    #[test]
    fn without_a_header_the_pool_names_the_region_or_the_configuration_does() {
        let home = Region::from("us-east-1");
        assert_eq!(identify(None, anonymous(&home)), Ok(caller("000000000000", "us-east-1")));
        let pool = Unsigned { pool: Some("eu-west-1_AbCdEfGhI"), ..anonymous(&home) };
        assert_eq!(identify(None, pool), Ok(caller("000000000000", "eu-west-1")));
        for odd in ["nowhere", "_AbCdEfGhI", "eu_AbCdEfGhI", "bad region!_AbCdEfGhI"] {
            let pool = Unsigned { pool: Some(odd), ..anonymous(&home) };
            assert_eq!(identify(None, pool), Ok(caller("000000000000", "us-east-1")), "{odd}");
        }
    }

    #[test]
    fn strict_authentication_refuses_a_call_without_a_header() {
        let home = Region::from("us-east-1");
        assert_eq!(
            identify(None, Unsigned { refused: true, ..anonymous(&home) }),
            Err(AwsError::new(ErrorCode::MissingAuthenticationTokenException, "Missing Authentication Token"))
        );
    }
}
