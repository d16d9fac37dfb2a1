import HTTPTypes
import Testing

@testable import API

@Suite struct ParameterTests {
    private func pairs(_ parameters: RequestParameters) -> [String] {
        parameters.pairs.map { "\($0.name)=\($0.value)" }.sorted()
    }

    @Test(
        arguments: [
            ("a=b&c=d", ["a=b", "c=d"]), ("a=1+2%20%C3%A9", ["a=1 2 é"]), ("id[]=1&id%5B%5D=2", ["id[]=1", "id[]=2"]),
            ("a", ["a="]), ("a=%zz%4", ["a=%zz%4"]), ("&&", []), ("=x", ["=x"]),
        ] as [(String, [String])])
    func formsAreRead(_ body: String, _ expected: [String]) throws {
        #expect(pairs(try .form(Array(body.utf8))) == expected)
    }

    @Test(arguments: ["a=%ff", "a=%00", "%c3=1", "a=%ED%A0%80"])
    func formsThatAreNoTextAreRefusedWith422(_ body: String) {
        let error = #expect(throws: ClientError.self) { try RequestParameters.form(Array(body.utf8)) }
        #expect(error?.status.code == 422)
    }

    @Test func jsonIsFlattened() throws {
        let body =
            #"{"status":"é","n":5,"yes":true,"no":false,"gone":null,"media_ids":["1","2"],"poll":{"options":["a"],"multiple":false}}"#
        #expect(
            pairs(try .json(Array(body.utf8))) == [
                "media_ids[]=1", "media_ids[]=2", "n=5", "no=false", "poll[multiple]=false", "poll[options][]=a",
                "status=é", "yes=true",
            ])
    }

    @Test(arguments: [
        ("{", 400), ("[]", 400), ("\"x\"", 400), ("", 400), (#"{"a":"\u0000"}"#, 422), (#"{"a":"\ud800"}"#, 400),
        (#"{"a":[[[[[[[[[[1]]]]]]]]]]}"#, 400),
    ])
    func badJSONIsRefused(_ body: String, _ status: Int) {
        let error = #expect(throws: ClientError.self) { try RequestParameters.json(Array(body.utf8)) }
        #expect(error?.status.code == status)
    }

    @Test func jsonThatIsNotUTF8IsRefusedWith422() {
        let body = Array(#"{"status":""#.utf8) + [0xFF] + Array(#""}"#.utf8)
        let error = #expect(throws: ClientError.self) { try RequestParameters.json(body) }
        #expect(error?.status.code == 422)
    }

    @Test func aJSONBombOfManyParametersIsRefused() {
        let body = "{" + (0..<2_000).map { "\"k\($0)\":1" }.joined(separator: ",") + "}"
        #expect(throws: ClientError.self) { try RequestParameters.json(Array(body.utf8)) }
    }

    @Test func multipartFieldsAreRead() throws {
        let body =
            "--b\r\nContent-Disposition: form-data; name=\"status\"\r\n\r\nhi\r\nthere\r\n"
            + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n\u{1}\r\n"
            + "--b\r\ncontent-disposition: form-data; name=visibility\r\nContent-Type: text/plain\r\n\r\n\r\n--b--\r\n"
        #expect(pairs(try .multipart(Array(body.utf8), boundary: "b")) == ["status=hi\r\nthere", "visibility="])
    }

    @Test(arguments: [
        "", "--b", "--b\r\nx", "--b\r\n\r\n\r\n--b--", "--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--",
    ])
    func malformedMultipartIsRefused(_ body: String) {
        let error = #expect(throws: ClientError.self) {
            try RequestParameters.multipart(Array(body.utf8), boundary: "b")
        }
        #expect(error?.status.code == 400)
    }

    @Test(
        arguments: [
            ("multipart/form-data; boundary=abc", "abc"), ("multipart/form-data; charset=x; Boundary=\"a b\"", "a b"),
            ("multipart/form-data", nil), ("multipart/form-data; boundary=", nil),
        ] as [(String, String?)])
    func theBoundaryIsFound(_ type: String, _ boundary: String?) {
        #expect(RequestParameters.boundary(of: type) == boundary)
    }

    @Test func listsTakeEverySpelling() throws {
        let parameters = try RequestParameters.form(Array("id[]=1&id=2&id[0]=3&idx=4&id[a]=5".utf8))
        #expect(parameters.list("id") == ["1", "2", "3"])
    }

    @Test(arguments: [
        ("true", true), ("1", true), ("on", true), ("TRUE", true), ("false", false), ("0", false), ("off", false),
        ("", false),
    ])
    func flagsAreRead(_ text: String, _ value: Bool) throws {
        #expect(try RequestParameters.form(Array("f=\(text)".utf8)).flag("f") == value)
    }

    @Test(
        arguments: [
            ("", nil, nil, nil, 20), ("max_id=5&limit=3", 5, nil, nil, 3), ("since_id=0&limit=1000", nil, 0, nil, 40),
            ("min_id=99999999999999999999999&limit=-1", nil, nil, UInt64(Int64.max), 1),
            ("max_id=&limit=x", nil, nil, nil, 20),
        ] as [(String, UInt64?, UInt64?, UInt64?, Int)])
    func pagesAreAskedFor(_ query: String, _ maxID: UInt64?, _ sinceID: UInt64?, _ minID: UInt64?, _ limit: Int) throws
    {
        let page = try PageQuery(try .form(Array(query.utf8)))
        #expect(page == PageQuery(maxID: maxID, sinceID: sinceID, minID: minID, limit: limit))
    }

    @Test(arguments: ["max_id=abc", "since_id=-1", "min_id=1.5"])
    func cursorsThatAreNoIDsAreRefused(_ query: String) {
        let error = #expect(throws: ClientError.self) { try PageQuery(try .form(Array(query.utf8))) }
        #expect(error?.status.code == 400)
    }

    @Test func theLinkHeaderNamesTheOlderPageFirstAndKeepsParameters() throws {
        let parameters = try RequestParameters.form(
            Array("limit=2&types[]=mention&max_id=9&access_token=secret&q=a+b".utf8))
        let link = LinkHeader.value(
            site: RenderingTests.site, path: "/api/v1/notifications", parameters: parameters,
            ids: (newest: 8, oldest: 4))
        let base = "http://localhost:3000/api/v1/notifications?limit=2&types[]=mention&q=a%20b&"
        #expect(link == "<\(base)max_id=4>; rel=\"next\", <\(base)min_id=8>; rel=\"prev\"")
        #expect(LinkHeader.value(site: RenderingTests.site, path: "/x", parameters: parameters, ids: nil) == nil)
    }

    @Test(
        arguments: [
            ("alice", "alice"), ("@Alice", "alice"), ("ALICE@LOCALHOST:3000", "alice"), ("@alice@localhost", "alice"),
            ("@alice@elsewhere.example", nil), ("", nil), ("@", nil), ("a b", "ab"), ("al-ice", nil),
        ] as [(String, String?)])
    func accountNamesAreReadInEverySpelling(_ written: String, _ folded: String?) {
        #expect(AccountName(written, site: RenderingTests.site)?.folded == folded)
    }

    @Test(arguments: [
        ("status=", 422), ("status=%20%0A", 422), ("", 422), ("status=x&visibility=odd", 422),
        ("status=x&language=%3Cb%3E", 422),
        ("status=x&media_ids[]=1", 422), ("status=x&poll[options][]=a", 422), ("status=x&in_reply_to_id=abc", 404),
    ])
    func whatCannotBePostedIsRefused(_ body: String, _ status: Int) {
        let error = #expect(throws: ClientError.self) { try PostedStatus(try .form(Array(body.utf8))) }
        #expect(error?.status.code == status)
    }

    @Test func textLimitsCountCharactersAndBytes() throws {
        var parameters = RequestParameters()
        try parameters.add("status", String(repeating: "é", count: 500))
        #expect(try PostedStatus(parameters).text.count == 500)
        try parameters.add("status", String(repeating: "a", count: 501))
        #expect(throws: ClientError.self) { try PostedStatus(parameters) }
        // One character of very many scalars is no way around the limit.
        try parameters.add("status", "a" + String(repeating: "\u{301}", count: 5_000))
        #expect(throws: ClientError.self) { try PostedStatus(parameters) }
    }

    @Test func lineEndsBecomePlain() throws {
        var parameters = RequestParameters()
        try parameters.add("status", "a\r\nb\rc")
        #expect(try PostedStatus(parameters).text == "a\nb\nc")
    }
}
