import Notifications
import Testing

struct AddressTests {
    @Test(
        "Addresses that a name may not lead to",
        arguments: [
            "127.0.0.1", "127.255.255.255", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255",
            "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.0.1", "198.18.0.1", "224.0.0.1",
            "255.255.255.255", "240.0.0.1", "203.0.113.9", "::", "::1", "fe80::1", "fc00::1",
            "fd12:3456::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1",
            "64:ff9b::a00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001:db8::1", "2001::1", "fec0::1",
        ]
    )
    func special(text: String) throws {
        #expect(try #require(IPAddress(text)).isPublic == false)
    }

    @Test(
        "Addresses that it may",
        arguments: [
            "8.8.8.8", "1.1.1.1", "172.15.0.1", "172.32.0.1", "192.167.255.255", "100.63.255.255",
            "100.128.0.1", "169.253.1.1", "2606:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8",
            "64:ff9b::808:808", "2002:808:808::",
        ]
    )
    func `public`(text: String) throws {
        #expect(try #require(IPAddress(text)).isPublic)
    }

    @Test(
        "Only the usual forms are addresses; others are names, which have to be looked up",
        arguments: ["127.1", "0x7f000001", "2130706433", "0177.0.0.1", "127.0.0.1.", "::1%lo"]
    )
    func unusual(text: String) { #expect(IPAddress(text) == nil) }

    @Test("Whom a URL names, and what is shown of it")
    func targets() throws {
        let four = try HTTPTarget(Secret("http://10.0.0.1:9093/x?token=y"))
        #expect(four.description == "http://10.0.0.1:9093")
        #expect(four.host == .address(try #require(IPAddress("10.0.0.1"))))
        let six = try HTTPTarget(Secret("HTTPS://[FD00::1]:8443/"))
        #expect(six.description == "https://[fd00::1]:8443")
        #expect(try HTTPTarget(Secret("http://LocalHost")).host == .localhost)
        #expect(try HTTPTarget(Secret("http://a.localhost")).host == .name("a.localhost"))
        #expect(
            try HTTPTarget(Secret("http://u:p@Hooks.Example.com/s")).host
                == .name("hooks.example.com")
        )
        #expect(try HTTPTarget(Secret("http://2130706433/")).host == .name("2130706433"))
    }

    @Test(
        "What is no URL of http is refused without being shown",
        arguments: [
            "", "hunter2", "ftp://x/hunter2", "http://", "http:///hunter2", "http://a b/hunter2",
            "unix:/run/hunter2", "http://x:99999/hunter2", "http://h\u{e9}.example/hunter2",
        ]
    )
    func badTargets(url: String) {
        let error = #expect(throws: ReceiverProblem.self) { try HTTPTarget(Secret(url)) }
        #expect(error?.description.contains("hunter2") == false)
    }
}
