internal import Hummingbird
internal import Peers
internal import StatuscastModel
internal import SwiftProtobuf
internal import SystemClock

/// One's own account: what it says of itself, its pictures, and what clients should know before its owner posts.
struct ProfileEndpoints: Sendable {
    let accounts: AccountCache
    let store: StoreAccess
    let pictures: PictureStore
    let site: Site
    let uploadMilliseconds: Int

    /// Both pictures and the parameters.
    static let bodyBytesMax = 2 * Limits.pictureBytes + Limits.requestBodyBytes
    private static let uploadsMax = 8

    func add(to routes: Routes) {
        routes.get("/api/v1/accounts/verify_credentials", .person(.readAccounts)) { call async throws(ClientError) in
            answer(try await own(call.person()))
        }
        routes.get("/api/v1/preferences", .person(.readAccounts)) { call async throws(ClientError) in
            try await preferences(call)
        }
        let body = BodyAllowance.files(
            bytesMax: ProfileEndpoints.bodyBytesMax, room: UploadRoom(limit: ProfileEndpoints.uploadsMax),
            deadlineMilliseconds: uploadMilliseconds)
        routes.patch("/api/v1/accounts/update_credentials", .person(.writeAccounts), body: body) {
            call async throws(ClientError) in try await update(call)
        }
        for purpose in PictureName.Purpose.allCases {
            routes.delete("/api/v1/profile/\(purpose.rawValue)", .person(.writeAccounts)) {
                call async throws(ClientError) in try await remove(purpose, call)
            }
        }
    }

    private func answer(_ own: PeerOwnAccount) -> Response {
        .json { AccountJSON.write(own: own, site: site, to: &$0) }
    }

    /// As the store knows it now; as it was remembered while the store is away.
    private func own(_ person: AccountID) async throws(ClientError) -> PeerOwnAccount {
        do throws(PeerError) {
            let asked = MonotonicClock.milliseconds()
            let own = try await store.ask { (store) throws(PeerError) in
                try await store.ownAccount(.with { $0.account = person.rawValue })
            }
            accounts.insert([own.account], askedMilliseconds: asked)
            return own
        } catch {
            guard error.code == .unavailable, let known = accounts.cached(person) else { throw ClientError(error) }
            return .with { $0.account = known.account }
        }
    }

    private func preferences(_ call: Call) async throws(ClientError) -> Response {
        let account = try await own(call.person()).account
        return .json { json in
            json.beginObject()
            json.field("posting:default:visibility", account.postingVisibility.name)
            json.field("posting:default:sensitive", account.sensitive)
            json.key("posting:default:language")
            if account.language.isEmpty { json.null() } else { json.text(account.language) }
            json.field("reading:expand:media", "default")
            json.field("reading:expand:spoilers", false)
            json.field("reading:autoplay:gifs", false)
            json.endObject()
        }
    }

    private func update(_ call: Call) async throws(ClientError) -> Response {
        let person = try call.person()
        var request = ProfileForm.request(call.parameters, of: person)
        for purpose in PictureName.Purpose.allCases {
            guard let file = call.parameters.file(purpose.rawValue) else { continue }
            let name = try await keep(file.bytes, as: purpose, of: person)
            request.set(purpose, name.description)
        }
        return try await change(request)
    }

    private func remove(_ purpose: PictureName.Purpose, _ call: Call) async throws(ClientError) -> Response {
        var request = PeerChangeProfile()
        request.account = try call.person().rawValue
        request.set(purpose, "")
        return try await change(request)
    }

    private func keep(
        _ bytes: [UInt8], as purpose: PictureName.Purpose, of person: AccountID
    ) async throws(ClientError) -> PictureName {
        let account = try await own(person).account
        return try await pictures.keep(bytes, as: purpose, of: person, inUse: [account.avatar, account.header])
    }

    private func change(_ request: PeerChangeProfile) async throws(ClientError) -> Response {
        let own = try await store.askFor { (store) throws(PeerError) in try await store.changeProfile(request) }
        // The event will say it as well; whoever asks next must not see the old profile even before that.
        accounts.changed(AccountID(rawValue: request.account))
        return answer(own)
    }
}

extension PeerChangeProfile {
    mutating func set(_ purpose: PictureName.Purpose, _ name: String) {
        switch purpose {
        case .avatar: avatar = name
        case .header: header = name
        }
    }
}
