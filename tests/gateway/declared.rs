//! What a configuration of gateways may say, and what is said about one that may not.

use crate::world::{POOL, program, refused};

/// What the program says about a file with these gateways.
fn refusal(gateways: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut command = program(&folder, &format!("{POOL}{gateways}"));
    let flags = ["--store", "memory", "--listen", "127.0.0.1:0", "--gateway-listen", "127.0.0.1:0", "--ready-json"];
    let done = refused(command.args(["serve", "--config", "poolpass.yaml"]).args(flags));
    assert_eq!(done.status.code(), Some(1), "{done:?}");
    String::from_utf8(done.stderr).unwrap()
}

/// Where the gateways begin in the file, less one: the pool is declared before them.
fn line(after: usize) -> usize {
    POOL.lines().count() + after
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn what_cannot_be_is_named_with_file_line_and_key() {
    let with = |rest: &str| format!("gateways:\n  - name: orders\n    mode: mock\n{rest}");
    let cases = [
        (with("    colour: red\n"), 4, "gateways[0]", "unknown field `colour`"),
        (with("    mod: mock\n"), 4, "gateways[0]", "unknown field `mod`"),
        (with("    dialect: soap\n"), 4, "gateways[0].dialect", "unknown variant `soap`"),
        (with("    base_path: shop\n"), 4, "gateways[0].base_path", "is not a path of plain segments"),
        (with("    base_path: /a/../b\n"), 4, "gateways[0].base_path", "is not a path of plain segments"),
        (with("    host: x:1\n"), 4, "gateways[0].host", "is not a host name without a port"),
        (with("    stage: a/b\n"), 4, "gateways[0].stage", "is neither one plain segment nor `$default`"),
        (with("    routes:\n      - { route: GET }\n"), 5, "gateways[0].routes[0].route", "neither `METHOD /path` nor"),
        (with("    routes:\n      - { route: GET /a }\n"), 5, "gateways[0].routes[0]", "says `authorizer: none`"),
        (
            with("    routes:\n      - { route: GET /a, authorizer: none, scopes: [a/b] }\n"),
            5,
            "gateways[0].routes[0].scopes",
            "scopes need an authorizer",
        ),
        (
            with("    routes:\n      - { route: GET /a, authorizer: users }\n"),
            5,
            "gateways[0].routes[0].authorizer",
            "the gateway `orders` has no authorizer `users`",
        ),
        (with("    default_authorizer: none\n"), 4, "gateways[0].default_authorizer", "not by default"),
        (with("    authorizers:\n      users: {}\n"), 5, "gateways[0].authorizers.users", "needs `pools` or `issuers`"),
        (
            with("    authorizers:\n      users: { issuers: [ftp://a] }\n"),
            5,
            "gateways[0].authorizers.users.issuers[0]",
            "is not an http or https URL",
        ),
        (
            with("    authorizers:\n      users: { pools: [a_b], identity_source: header }\n"),
            5,
            "gateways[0].authorizers.users.identity_source",
            "the identity source `header` is neither",
        ),
        (
            with(
                "    routes:\n      - { route: GET /a, authorizer: none }\n      - { route: GET /a, authorizer: none }\n",
            ),
            4,
            "gateways[0].routes",
            "is for the same requests as",
        ),
        (
            with("    routes: [{ route: $default, authorizer: none }]\n"),
            4,
            "gateways[0].routes",
            "the dialect `rest-api` has no route `$default`",
        ),
        (
            with("    dialect: http-api\n    responses: { UNAUTHORIZED: { status: 400 } }\n"),
            5,
            "gateways[0].responses",
            "has no gateway responses",
        ),
        (
            with("    responses:\n      SOMETHING: { status: 400 }\n"),
            5,
            "gateways[0].responses.SOMETHING",
            "no type of gateway response",
        ),
        (
            with("    cors: { allow_origins: ['*'], allow_credentials: true }\n"),
            4,
            "gateways[0].cors.allow_credentials",
            "cannot be allowed to the origin `*`",
        ),
        (with("    explain: { headers: true }\n"), 4, "gateways[0].explain", "unknown field `headers`"),
        (with("    explain: { page: 'yes' }\n"), 4, "gateways[0].explain.page", "invalid boolean"),
        (with("    explain: true\n"), 4, "gateways[0].explain", "expected"),
        (
            with("    routes:\n      - { route: GET /a, authorizer: none, mock: { status: 99 } }\n"),
            5,
            "gateways[0].routes[0].mock.status",
            "between 200 and 599",
        ),
        (
            with("    routes:\n      - { route: GET /a, authorizer: none, mock: { headers: { 'a b': c } } }\n"),
            5,
            "gateways[0].routes[0].mock.headers.a b",
            "cannot be a header",
        ),
        (
            with("  - { name: orders, mode: mock, base_path: /b }\n"),
            4,
            "gateways[1].name",
            "there is a gateway `orders`",
        ),
        (with("  - { name: other, mode: mock }\n"), 4, "gateways[1]", "the same address, host, base path and stage"),
        ("gateways:\n  - { name: a b, mode: mock }\n".to_owned(), 2, "gateways[0].name", "is not made of letters"),
        (
            "gateways:\n  - { name: a }\n".to_owned(),
            2,
            "gateways[0]",
            "set `upstream:` or `function:` of this gateway, or `mode: mock`",
        ),
        (
            "gateways:\n  - name: a\n    upstream: localhost\n".to_owned(),
            3,
            "gateways[0].upstream",
            "the upstream `localhost` is not an http or https URL",
        ),
        (
            "gateways:\n  - name: a\n    upstream: localhost:8080\n".to_owned(),
            3,
            "gateways[0].upstream",
            "without query and credentials: write `http://localhost:8080`",
        ),
        (
            with("    routes:\n      - { route: GET /a, authorizer: users, scopes: shop/read }\n"),
            5,
            "gateways[0].routes[0].scopes",
            "this is a list: write `[shop/read]`",
        ),
        (
            with("    routes:\n      - { route: GET /a, authorizer: users, scopes: 'a b' }\n"),
            5,
            "gateways[0].routes[0].scopes",
            "this is a list: write `[…]`",
        ),
        (
            with("    authorizers:\n      users:\n        pools: us-east-1_Gateway01\n"),
            6,
            "gateways[0].authorizers.users.pools",
            "this is a list: write `[us-east-1_Gateway01]`",
        ),
        (with("    map: { gone: us-east-1_Gateway01 }\n"), 4, "gateways[0].map", "the gateway has no `import`"),
        (with("    api: Orders\n"), 4, "gateways[0].api", "the gateway has no `import`"),
        (with("    create_missing: true\n"), 4, "gateways[0].create_missing", "the gateway has no `import`"),
        (with("    resource_metadata: true\n"), 4, "gateways[0].resource_metadata", "publishes no metadata"),
        (
            with("    dialect: http-api\n    resource_metadata: {}\n"),
            5,
            "gateways[0].resource_metadata",
            "the dialect `http-api` answers as API Gateway does",
        ),
        (
            with("    dialect: rfc6750-any\n    resource_metadata: { resource: 'http://a/?b' }\n"),
            5,
            "gateways[0].resource_metadata.resource",
            "`http://a/?b` is not an http or https URL",
        ),
        (
            with("    dialect: rfc6750-any\n    resource_metadata: { scopes: [a] }\n"),
            5,
            "gateways[0].resource_metadata",
            "unknown field `scopes`",
        ),
        (
            with("    dialect: rfc6750-any\n    resource_metadata: yes please\n"),
            5,
            "gateways[0].resource_metadata",
            "expected `true`, `false` or a map",
        ),
        (
            with("    upstream: http://a\n    function: { url: http://b, name: c }\n"),
            5,
            "gateways[0].function",
            "an `upstream` or a `function`, not both",
        ),
        (
            with("    function: { url: ftp://b, name: c }\n"),
            4,
            "gateways[0].function.url",
            "is not an http or https URL",
        ),
        (with("    function: { url: http://b, name: '' }\n"), 4, "gateways[0].function.name", "a function has a name"),
        (
            with("    function: { url: http://b, name: c, payload: '2.0' }\n"),
            4,
            "gateways[0].function.payload",
            "has the payload 1.0 only",
        ),
        (
            with("    function: { url: http://b, name: c, payload: '3.0' }\n"),
            4,
            "gateways[0].function.payload",
            "unknown variant `3.0`",
        ),
        (
            with("    function: { url: http://b, name: c, binary_media_types: [image] }\n"),
            4,
            "gateways[0].function.binary_media_types[0]",
            "`image` is not a media type",
        ),
        (
            with("    dialect: http-api\n    function: { url: http://b, name: c, binary_media_types: ['*/*'] }\n"),
            5,
            "gateways[0].function.binary_media_types",
            "has no binary media types",
        ),
        (
            with("    dialect: http-api\n    forward: { payload: '2.0' }\n    function: { url: http://b, name: c }\n"),
            5,
            "gateways[0].forward.payload",
            "this is `function.payload`",
        ),
        (
            "gateways:\n  - name: a\n    upstream: ftp://localhost\n".to_owned(),
            3,
            "gateways[0].upstream",
            "the upstream `ftp://localhost` is not an http or https URL",
        ),
        (
            with("    authorizers:\n      users: { issuers: ['file:///etc/keys'] }\n"),
            5,
            "gateways[0].authorizers.users.issuers[0]",
            "is not an http or https URL",
        ),
        (
            "gateways:\n  - name: a\n    mode: mock\n    import: missing.yaml\n".to_owned(),
            4,
            "gateways[0].import",
            "`missing.yaml` cannot be read",
        ),
    ];
    for (gateways, at, key, problem) in cases {
        let refusal = refusal(&gateways);
        let beginning = format!("poolpass: poolpass.yaml:{}: {key}", line(at));
        assert!(refusal.starts_with(&beginning), "{beginning}\n{refusal}");
        assert!(refusal.contains(problem), "{problem}\n{refusal}");
    }
}

#[test]
fn beyond_loopback_a_gateway_must_be_meant() {
    let refusal = refusal("gateways: [{ name: a, mode: mock, listen: 0.0.0.0:0 }]\n");
    assert_eq!(
        refusal,
        "poolpass: refusing to listen on 0.0.0.0:0, which other machines can reach: an API for this machine alone may \
         stand behind the gateway; add --open if that is meant\n"
    );
}

#[test]
fn a_taken_port_names_the_flag_that_chooses_another() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let refusal = refusal(&format!("gateways: [{{ name: a, mode: mock, listen: '{address}' }}]\n"));
    let reason = "the port is taken, perhaps by another poolpass; choose one with --gateway-listen";
    assert_eq!(refusal, format!("poolpass: cannot listen on {address}: {reason}\n"));
}
