import NIOSSL

/// A certificate and its key, known to fit each other before anything listens.
package struct ServerTLS: Sendable {
    /// A PEM file as it was read.
    package struct File: Sendable {
        package var path: String
        package var text: String

        package init(path: String, text: String) {
            self.path = path
            self.text = text
        }
    }

    /// Why a pair of files is of no use.
    package struct Problem: Error {
        package var path: String
        package var cause: String
        package var hint: String
    }

    let configuration: TLSConfiguration
}

extension ServerTLS {
    /// `certificate`: the server's own first, then those that vouch for it.
    package init(certificate: File, key: File) throws(Problem) {
        let chain = try Self.chain(certificate)
        let configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(try Self.key(key))
        )
        do { _ = try NIOSSLContext(configuration: configuration) } catch {
            throw Problem(
                path: key.path,
                cause: "it is not the key of the certificate in \(certificate.path)",
                hint: "name the key that the certificate was made with"
            )
        }
        self.configuration = configuration
    }

    private static func chain(_ file: File) throws(Problem) -> [NIOSSLCertificate] {
        let problem = Problem(
            path: file.path,
            cause: "there is no certificate in it",
            hint: "name a PEM file with a BEGIN CERTIFICATE line"
        )
        do {
            let chain = try NIOSSLCertificate.fromPEMBytes(Array(file.text.utf8))
            guard !chain.isEmpty else { throw problem }
            return chain
        } catch { throw problem }
    }

    private static func key(_ file: File) throws(Problem) -> NIOSSLPrivateKey {
        guard !file.text.contains("ENCRYPTED") else {
            throw Problem(
                path: file.path,
                cause: "the key is encrypted with a passphrase",
                hint: "decrypt it with `openssl pkey -in FILE -out KEY.pem`, and keep that private"
            )
        }
        do {
            return try NIOSSLPrivateKey(bytes: Array(file.text.utf8), format: .pem)
        } catch {
            throw Problem(
                path: file.path,
                cause: "there is no private key in it",
                hint: "name a PEM file with a BEGIN PRIVATE KEY line"
            )
        }
    }
}
