//! Use-cases of users on themselves: sign-up, confirmation, recovery, their attributes, and the messages they get.
