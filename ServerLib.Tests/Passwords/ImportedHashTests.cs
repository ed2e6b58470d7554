using ServerLib.Passwords;

namespace ServerLib.Tests.Passwords;

[TestClass]
public sealed class ImportedHashTests
{
    private const string Horse = "correct horse battery staple";
    private const string Unicode = "pässwörd 😀";

    private static PasswordHashingOptions Cheap => new() { MemorySize = 64, Iterations = 1, Threads = 1 };

    // bcrypt and $7$ are of libxcrypt; scrypt and PBKDF2 of Python's hashlib; Argon2 of the reference implementation's tests.
    [TestMethod]
    [DataRow(Horse, "$2b$05$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS")]
    [DataRow(Horse, "$2a$04$CCCCCCCCCCCCCCCCCCCCC.0uP/2zHIr81tVya45gVnDFLBmqu9l4W")]
    [DataRow(Unicode, "$2y$04$888888888888888888888uilaUP0Qb/FobmuDA5RJ1RJDIcHNNzFy")]
    [DataRow("01234567890123456789012345678901234567890123456789012345678901234567890123456789", "$2b$04$.....................O4N2QyVdfWHRLvT58zCU0d.nyAVySjH.")]
    [DataRow("", "$2b$04$.....................OSZNNDr5IwzWZYyMc5HaON.kMS6M.V6e")]
    [DataRow(Unicode, "$7$66..../..../salt2$nn4XTn/I7FteKO15fyVvKn1yJuNrmpG.YD3uKGvwBT2")]
    [DataRow(Unicode, "$7$56..../....x$Mho/wfBJjrrusTnoV6xGXcseIdwJyqGTaM4OqhE/1d5")]
    [DataRow(Horse, "$scrypt$ln=10,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$7AnzIswxwEinpwz+ntydndYfVHPvOACmX9Vvo8hO1qM")]
    [DataRow(Unicode, "$scrypt$ln=4,r=2,p=3$MDEyMzQ$L4UcJ+pT5XNmicA+bT4On43ef/oVaLp5GncY9wf3DUkoo/vqaL8L/Xac50DVBwmkYCsU1qB8/ZTDTY8LkJ/y0Q")]
    [DataRow(Horse, "$pbkdf2-sha256$i=1000,l=32$MDEyMzQ1Njc4OWFiY2RlZg$yqSq2SygY1sB4EcH9f2FG0JTMES+wqLsOT5YmiRBplI")]
    [DataRow(Unicode, "$pbkdf2-sha512$i=1000$MDEyMzQ1Njc4OWFiY2RlZg$QLDQHtJ2+0aL3PyaYNPd6aMTv7JseRErlqcAGMZZuu/SBMTljOGSuwEKrxMTXCLT7yjndZw6qBAqWQdeaKrEuw")]
    [DataRow(Horse, "$pbkdf2-sha256$29000$....AQIDBAUGBw$ICHmrN1jmROfkkMJP3N82mfd/3k8VA4pnG/Git8h.iI")]
    [DataRow(Horse, "$pbkdf2-sha512$25000$....AQIDBAUGBw$UzSU5mB.6fLPYb37XkYWWyZr9Rr1SrnCABwu8pGRlgn1NURkgt8KRfbtZbhldpOXggOrJhwi7sZFM0tgaNoCHw")]
    [DataRow("password", "$argon2i$m=256,t=2,p=2$c29tZXNhbHQ$tsEVYKap1h6scGt5ovl9aLRGOqOth+AMB+KwHpDFZPs")]
    [DataRow("password", "$argon2i$v=19$m=256,t=2,p=2$c29tZXNhbHQ$T/XOJ2mh1/TIpJHfCdQan76Q5esCFVoT5MAeIM1Oq2E")]
    [DataRow("password", "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")]
    [DataRow("password", "$argon2i$m=65536,t=2,p=1$c29tZXNhbHQ$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ")]
    public async Task A_hash_of_another_system_verifies_and_asks_for_a_new_one(string password, string hash)
    {
        using var hasher = new Argon2idPasswordHasher(Cheap);

        Assert.IsNull(hasher.FindProblem(hash));
        Assert.AreEqual(
            PasswordVerification.SuccessRehashNeeded, await hasher.VerifyAsync(password, hash, cancellationToken: Guard.NewToken()));
        Assert.AreEqual(PasswordVerification.Failed, await hasher.VerifyAsync("x" + password, hash, cancellationToken: Guard.NewToken()));
    }

    [TestMethod]
    [DataRow("", "it must be a bcrypt, scrypt, PBKDF2 or Argon2 hash")]
    [DataRow("secret", "it must be a bcrypt, scrypt, PBKDF2 or Argon2 hash")]
    [DataRow("5f4dcc3b5aa765d61d8327deb882cf99", "it must be a bcrypt, scrypt, PBKDF2 or Argon2 hash")]
    [DataRow("$6$salt$hash", "it must be a bcrypt, scrypt, PBKDF2 or Argon2 hash")]
    [DataRow("$argon2d$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4", "it must be a bcrypt, scrypt, PBKDF2 or Argon2 hash")]
    [DataRow("$argon2id$v=19$m=67108864,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4", "it takes more than 512 MiB of memory")]
    [DataRow("$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$K13EBUiG7JV+9ZxztmHFTdb7J0WQsnj2V8bZaqyPptE", "it takes more than 512 MiB of memory")]
    [DataRow("$argon2id-sha256$v=19$m=4194304,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$K13EBUiG7JV+9ZxztmHFTdb7J0WQsnj2V8bZaqyPptE", "it takes more than 512 MiB of memory")]
    [DataRow("$argon2id$v=19$m=256,t=99999999,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4", "it takes too much time")]
    [DataRow("$argon2id$v=19$m=256,t=2,p=200$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4", "its parameters are out of range")]
    [DataRow("$argon2id$v=19$m=256,t=0,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4", "its parameters are out of range")]
    [DataRow("$argon2id$v=20$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4", "its version is unknown")]
    [DataRow("$argon2id$v=19$m=256,t=2$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4", "its parameter 'p' is missing")]
    [DataRow("$argon2id$v=19$m=256,t=2,p=1,data=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4", "it has an unknown parameter")]
    [DataRow("$argon2id$v=19$m=256,t=2,p=1$c29tZQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4", "its salt is shorter than 8 bytes")]
    [DataRow("$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65", "its hash has 3 bytes, which is not usual; it may be cut off")]
    [DataRow("$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65!", "its base64 is not valid")]
    [DataRow("$2b$31$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS", "it takes too much time")]
    [DataRow("$2b$00$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS", "its parameters are out of range")]
    [DataRow("$2b$05$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/Zsu", "its bcrypt string is not valid; it may be cut off")]
    [DataRow("$2x$05$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS", "its bcrypt string is not valid; it may be cut off")]
    [DataRow("$scrypt$ln=30,r=8,p=1$MDEyMzQ$7AnzIswxwEinpwz+ntydndYfVHPvOACmX9Vvo8hO1qM", "it takes more than 512 MiB of memory")]
    [DataRow("$scrypt$ln=14,r=8,p=1000000$MDEyMzQ$7AnzIswxwEinpwz+ntydndYfVHPvOACmX9Vvo8hO1qM", "it takes too much time")]
    [DataRow("$scrypt$ln=0,r=8,p=1$MDEyMzQ$7AnzIswxwEinpwz+ntydndYfVHPvOACmX9Vvo8hO1qM", "its parameters are out of range")]
    [DataRow("$7$z6..../..../salt2$nn4XTn/I7FteKO15fyVvKn1yJuNrmpG.YD3uKGvwBT2", "it takes more than 512 MiB of memory")]
    [DataRow("$7$66..../..../salt2$nn4XTn/I7FteKO15fyVvKn1yJuNrmpG.YD3uKGvwBT", "it has the wrong length")]
    [DataRow("$pbkdf2-sha256$i=1000000000$MDEyMzQ$yqSq2SygY1sB4EcH9f2FG0JTMES+wqLsOT5YmiRBplI", "it takes too much time")]
    [DataRow("$pbkdf2-sha256$0$MDEyMzQ$yqSq2SygY1sB4EcH9f2FG0JTMES+wqLsOT5YmiRBplI", "its parameters are out of range")]
    [DataRow("$pbkdf2-sha256$i=1000,l=64$MDEyMzQ$yqSq2SygY1sB4EcH9f2FG0JTMES+wqLsOT5YmiRBplI", "its hash does not have the length that it states")]
    [DataRow("$pbkdf2-sha1$1000$MDEyMzQ$yqSq2SygY1sB4EcH9f2FG0JTMES", "it must be a bcrypt, scrypt, PBKDF2 or Argon2 hash")]
    public void A_hash_that_cannot_be_used_is_refused_with_a_reason(string hash, string reason)
    {
        using var hasher = new Argon2idPasswordHasher(Cheap);

        Assert.AreEqual(reason, hasher.FindProblem(hash));
    }

    [TestMethod]
    public void A_very_long_hash_is_refused()
    {
        using var hasher = new Argon2idPasswordHasher(Cheap);

        Assert.AreEqual("it is longer than 512 characters", hasher.FindProblem("$argon2id$" + new string('x', 1_000_000)));
    }

    [TestMethod]
    public async Task Hashes_with_the_servers_own_parameters_are_always_accepted()
    {
        var large = new PasswordHashingOptions { MemorySize = 8, Iterations = 1_000, Parallelism = 1, Threads = 1 };
        using var hasher = new Argon2idPasswordHasher(large);
        string own = (await hasher.HashAsync("password", cancellationToken: Guard.NewToken()))!;

        Assert.IsNull(hasher.FindProblem(own));
        Assert.IsNull(hasher.FindProblem((await hasher.WrapAsync(WrappedHash.OldHashOf("password"), Guard.NewToken()))!));
    }

    [TestMethod]
    public void Every_prefix_of_a_hash_is_refused()
    {
        using var hasher = new Argon2idPasswordHasher(Cheap);
        string[] hashes =
        [
            "$2b$05$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS",
            "$7$66..../..../salt2$nn4XTn/I7FteKO15fyVvKn1yJuNrmpG.YD3uKGvwBT2",
            "$scrypt$ln=10,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$7AnzIswxwEinpwz+ntydndYfVHPvOACmX9Vvo8hO1qM",
            "$pbkdf2-sha256$i=1000,l=32$MDEyMzQ1Njc4OWFiY2RlZg$yqSq2SygY1sB4EcH9f2FG0JTMES+wqLsOT5YmiRBplI",
        ];
        foreach (string hash in hashes)
        {
            for (int length = 0; length < hash.Length; length++)
            {
                if (hasher.FindProblem(hash[..length]) is null)
                    StringAssert.StartsWith(hash, "$scrypt", $"Accepted {hash[..length]}");
            }
        }
    }

    [TestMethod]
    public async Task A_wrapped_hash_verifies_the_old_password()
    {
        using var hasher = new Argon2idPasswordHasher(Cheap);
        const string Old = "6c7a9225f2776637de9de264c910b70f829b225e31c63f0c2ea898dbf669bb76";

        string wrapped = (await hasher.WrapAsync(Old, Guard.NewToken()))!;

        Assert.StartsWith("$argon2id-sha256$v=19$m=64,t=1,p=1$", wrapped);
        Assert.AreEqual(PasswordVerification.SuccessRehashNeeded, await hasher.VerifyAsync(Unicode, wrapped, cancellationToken: Guard.NewToken()));
        Assert.AreEqual(PasswordVerification.Failed, await hasher.VerifyAsync(Old, wrapped, cancellationToken: Guard.NewToken()), "the old hash");
        Assert.AreEqual(PasswordVerification.Failed, await hasher.VerifyAsync("", wrapped, cancellationToken: Guard.NewToken()));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("password")]
    [DataRow("6C7A9225F2776637DE9DE264C910B70F829B225E31C63F0C2EA898DBF669BB76")]
    public async Task Only_an_old_hash_can_be_wrapped(string text)
    {
        using var hasher = new Argon2idPasswordHasher(Cheap);

        await Assert.ThrowsExactlyAsync<ArgumentException>(async () => await hasher.WrapAsync(text, Guard.NewToken()));
    }

    [TestMethod]
    public async Task A_wrapped_hash_costs_as_much_as_one_of_this_server()
    {
        var computed = new List<Argon2Cost>();
        using var hasher = new Argon2idPasswordHasher(Cheap, null, Record, Record);
        string wrapped = (await hasher.WrapAsync(WrappedHash.OldHashOf("password"), Guard.NewToken()))!;
        computed.Clear();

        await hasher.VerifyAsync("wrong", wrapped, cancellationToken: Guard.NewToken());

        CollectionAssert.AreEqual(new[] { new Argon2Cost(64, 1, 1) }, computed);

        void Record(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, Argon2Cost cost, Span<byte> result) => computed.Add(cost);
    }
}
