import CanonicalStore
import Testing

struct SecretTests {
    private let cheap = PasswordHash.Parameters(log2Rounds: 4)

    @Test func aPasswordMatchesItsOwnTextOnly() {
        let text = PasswordHash.make("correct horse", parameters: cheap)
        #expect(text.hasPrefix("$scrypt$ln=4,r=8,p=1$"))
        #expect(PasswordHash.matches("correct horse", text))
        #expect(!PasswordHash.matches("correct horsf", text))
        #expect(!PasswordHash.matches("", text))
        #expect(PasswordHash.make("correct horse", parameters: cheap) != text)
    }

    @Test func theStandardParametersWork() {
        let text = PasswordHash.make("secret")
        #expect(text.hasPrefix("$scrypt$ln=15,"))
        #expect(PasswordHash.matches("secret", text))
    }

    @Test(arguments: [
        "", "$", "plain", "$scrypt$ln=15,r=8,p=1$", "$scrypt$ln=4,r=8,p=1$AAAA$AAAA",
        "$scrypt$ln=40,r=8,p=1$c2FsdHNhbHRzYWx0$aaaa",
        "$scrypt$ln=18,r=16,p=4$c2FsdHNhbHRzYWx0$a2V5a2V5a2V5a2V5a2V5",
        "$scrypt$ln=-1,r=8,p=1$c2FsdHNhbHRzYWx0$a2V5a2V5a2V5a2V5a2V5",
        "$argon2$ln=4,r=8,p=1$c2FsdHNhbHRzYWx0$a2V5a2V5a2V5a2V5a2V5",
    ])
    func whatIsNoSuchTextMatchesNothing(text: String) {
        #expect(!PasswordHash.matches("secret", text))
    }

    @Test func aVectorOfTheSpecificationMatches() {
        // RFC 7914, section 12: password "pleaseletmein", salt "SodiumChloride", N 16384, r 8, p 1.
        let key =
            "cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofL"
            + "VQylVYT8Pz2LUlwUkKpr55h6F3A1lHkDfzwF7RVdYhw"
        let text = "$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$\(key)"
        #expect(PasswordHash.matches("pleaseletmein", text))
        #expect(!PasswordHash.matches("pleaseletmeout", text))
    }

    @Test func secretsAreLongAndDifferent() {
        let secrets = (0..<100).map { _ in SecretText.make() }
        #expect(Set(secrets).count == 100)
        #expect(secrets.allSatisfy { $0.utf8.count == 43 && !$0.contains("+") && !$0.contains("/") })
        let hash = SecretText.hash(secrets[0])
        #expect(hash.count == 32)
        #expect(SecretText.matches(secrets[0], hash: hash))
        #expect(!SecretText.matches(secrets[1], hash: hash))
    }
}
