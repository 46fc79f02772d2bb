//! The operations on groups and their members.

use crate::control::model::OperationModel;
use crate::control::model::groups::{
    ADMIN_ADD_USER_TO_GROUP, ADMIN_LIST_GROUPS_FOR_USER, ADMIN_REMOVE_USER_FROM_GROUP, CREATE_GROUP, DELETE_GROUP,
    GET_GROUP, LIST_GROUPS, LIST_USERS_IN_GROUP, UPDATE_GROUP,
};

/// Groups and their members.
pub(super) const OPERATIONS: &[OperationModel] = &[
    OperationModel {
        name: "CreateGroup",
        input: CREATE_GROUP,
        errors: &[
            "InvalidParameterException",
            "GroupExistsException",
            "ResourceNotFoundException",
            "TooManyRequestsException",
            "LimitExceededException",
            "NotAuthorizedException",
            "OperationNotEnabledException",
            "InternalErrorException",
        ],
    },
    OperationModel {
        name: "GetGroup",
        input: GET_GROUP,
        errors: &[
            "ResourceNotFoundException",
            "InvalidParameterException",
            "TooManyRequestsException",
            "NotAuthorizedException",
            "OperationNotEnabledException",
            "InternalErrorException",
        ],
    },
    OperationModel {
        name: "UpdateGroup",
        input: UPDATE_GROUP,
        errors: &[
            "ResourceNotFoundException",
            "InvalidParameterException",
            "TooManyRequestsException",
            "NotAuthorizedException",
            "OperationNotEnabledException",
            "InternalErrorException",
        ],
    },
    OperationModel {
        name: "DeleteGroup",
        input: DELETE_GROUP,
        errors: &[
            "ResourceNotFoundException",
            "InvalidParameterException",
            "TooManyRequestsException",
            "NotAuthorizedException",
            "OperationNotEnabledException",
            "InternalErrorException",
        ],
    },
    OperationModel {
        name: "ListGroups",
        input: LIST_GROUPS,
        errors: &[
            "InvalidParameterException",
            "ResourceNotFoundException",
            "TooManyRequestsException",
            "NotAuthorizedException",
            "OperationNotEnabledException",
            "InternalErrorException",
        ],
    },
    OperationModel {
        name: "ListUsersInGroup",
        input: LIST_USERS_IN_GROUP,
        errors: &[
            "InvalidParameterException",
            "ResourceNotFoundException",
            "TooManyRequestsException",
            "NotAuthorizedException",
            "OperationNotEnabledException",
            "InternalErrorException",
        ],
    },
    OperationModel {
        name: "AdminAddUserToGroup",
        input: ADMIN_ADD_USER_TO_GROUP,
        errors: &[
            "InvalidParameterException",
            "ResourceNotFoundException",
            "TooManyRequestsException",
            "NotAuthorizedException",
            "UserNotFoundException",
            "OperationNotEnabledException",
            "InternalErrorException",
        ],
    },
    OperationModel {
        name: "AdminRemoveUserFromGroup",
        input: ADMIN_REMOVE_USER_FROM_GROUP,
        errors: &[
            "InvalidParameterException",
            "ResourceNotFoundException",
            "TooManyRequestsException",
            "NotAuthorizedException",
            "UserNotFoundException",
            "OperationNotEnabledException",
            "InternalErrorException",
        ],
    },
    OperationModel {
        name: "AdminListGroupsForUser",
        input: ADMIN_LIST_GROUPS_FOR_USER,
        errors: &[
            "InvalidParameterException",
            "ResourceNotFoundException",
            "TooManyRequestsException",
            "NotAuthorizedException",
            "UserNotFoundException",
            "OperationNotEnabledException",
            "InternalErrorException",
        ],
    },
];
