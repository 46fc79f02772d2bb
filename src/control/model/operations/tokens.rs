//! The operations on tokens: more for a refresh token or a secret, none any longer.

use crate::control::model::OperationModel;
use crate::control::model::tokens::{GET_CLIENT_TOKEN, GET_TOKENS_FROM_REFRESH_TOKEN, GLOBAL_SIGN_OUT, REVOKE_TOKEN};

/// Tokens after a sign-in.
pub(super) const OPERATIONS: &[OperationModel] = &[
    OperationModel {
        name: "GetTokensFromRefreshToken",
        input: GET_TOKENS_FROM_REFRESH_TOKEN,
        errors: &[
            "ResourceNotFoundException",
            "InvalidParameterException",
            "NotAuthorizedException",
            "TooManyRequestsException",
            "UserNotFoundException",
            "UnexpectedLambdaException",
            "UserLambdaValidationException",
            "InvalidLambdaResponseException",
            "ForbiddenException",
            "RefreshTokenReuseException",
            "OperationNotEnabledException",
            "InternalErrorException",
        ],
    },
    OperationModel {
        name: "RevokeToken",
        input: REVOKE_TOKEN,
        errors: &[
            "TooManyRequestsException",
            "InternalErrorException",
            "UnauthorizedException",
            "InvalidParameterException",
            "UnsupportedOperationException",
            "UnsupportedTokenTypeException",
            "ForbiddenException",
            "OperationNotEnabledException",
        ],
    },
    OperationModel {
        name: "GetClientToken",
        input: GET_CLIENT_TOKEN,
        errors: &[
            "InvalidParameterException",
            "ResourceNotFoundException",
            "NotAuthorizedException",
            "TooManyRequestsException",
            "InternalErrorException",
            "OperationNotEnabledException",
            "ForbiddenException",
        ],
    },
    OperationModel {
        name: "GlobalSignOut",
        input: GLOBAL_SIGN_OUT,
        errors: &[
            "ResourceNotFoundException",
            "InvalidParameterException",
            "NotAuthorizedException",
            "TooManyRequestsException",
            "PasswordResetRequiredException",
            "UserNotConfirmedException",
            "OperationNotEnabledException",
            "InternalErrorException",
            "ForbiddenException",
        ],
    },
];
