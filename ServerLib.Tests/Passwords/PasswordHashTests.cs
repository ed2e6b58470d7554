using CsCheck;
using Microsoft.Extensions.Options;
using ServerLib.Hosting;
using ServerLib.Passwords;

namespace ServerLib.Tests.Passwords;

[TestClass]
public sealed class PasswordHashTests
{
    private const string Good =
        "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$K13EBUiG7JV+9ZxztmHFTdb7J0WQsnj2V8bZaqyPptE";

    private static readonly Gen<PasswordHash> Hashes =
        from parallelism in Gen.Int[1, Argon2Cost.MaxParallelism]
        from memory in Gen.Int[8 * parallelism, Argon2Cost.MaxMemorySize]
        from iterations in Gen.Int[1, Argon2Cost.MaxIterations]
        from salt in Gen.Byte.Array[PasswordHash.SaltSize]
        from hash in Gen.Byte.Array[PasswordHash.HashSize]
        select new PasswordHash(new Argon2Cost(memory, iterations, parallelism), salt, hash);

    [TestMethod]
    public void TryParse_reads_what_ToString_writes() => Hashes.Sample(hash =>
    {
        Assert.IsTrue(PasswordHash.TryParse(hash.ToString(), out PasswordHash? read));
        Assert.AreEqual(hash.Cost, read.Cost);
        CollectionAssert.AreEqual(hash.Salt, read.Salt);
        CollectionAssert.AreEqual(hash.Hash, read.Hash);
    });

    [TestMethod]
    public void TryParse_reads_the_form_of_the_reference_implementation()
    {
        Assert.IsTrue(PasswordHash.TryParse(Good, out PasswordHash? hash));
        Assert.AreEqual(new Argon2Cost(19_456, 2, 1), hash.Cost);
        CollectionAssert.AreEqual("somesaltsomesalt"u8.ToArray(), hash.Salt);
        Assert.AreEqual(Good, hash.ToString());
    }

    [TestMethod]
    public void TryParse_never_throws() => Gen.String.Sample(text => Assert.IsFalse(PasswordHash.TryParse(text, out _)));

    [TestMethod]
    public void TryParse_of_a_damaged_hash_never_throws() =>
        Gen.Select(Gen.Int[0, Good.Length - 1], Gen.Int[0, 3], Gen.OneOf(Gen.Char, Gen.Char["$,=+/09AZmtpv\0\n"])).Sample((at, cut, with) =>
        {
            string damaged = Good[..at] + with + Good[Math.Min(at + cut, Good.Length)..];
            if (PasswordHash.TryParse(damaged, out PasswordHash? hash))
                Assert.AreEqual(damaged, hash.ToString());
        });

    [TestMethod]
    [DataRow("")]
    [DataRow("$")]
    [DataRow("$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$K13EBUiG7JV+9ZxztmHFTdb7J0WQsnj2V8bZaqyPptE")]
    [DataRow("$argon2id$v=16$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$K13EBUiG7JV+9ZxztmHFTdb7J0WQsnj2V8bZaqyPptE")]
    [DataRow("$argon2id$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$K13EBUiG7JV+9ZxztmHFTdb7J0WQsnj2V8bZaqyPptE")]
    [DataRow("$argon2id$v=19$t=2,m=19456,p=1$c29tZXNhbHRzb21lc2FsdA$K13EBUiG7JV+9ZxztmHFTdb7J0WQsnj2V8bZaqyPptE")]
    [DataRow("$argon2id$v=19$m=019456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$K13EBUiG7JV+9ZxztmHFTdb7J0WQsnj2V8bZaqyPptE")]
    [DataRow("$argon2id$v=19$m=+1945,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$K13EBUiG7JV+9ZxztmHFTdb7J0WQsnj2V8bZaqyPptE")]
    [DataRow("$argon2id$v=19$m=١٩٤٥٦,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$K13EBUiG7JV+9ZxztmHFTdb7J0WQsnj2V8bZaqyPptE")]
    [DataRow("$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$K13EBUiG7JV+9ZxztmHFTdb7J0WQsnj2V8bZaqyPptE", DisplayName = "a short salt")]
    [DataRow("$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$K13EBUiG7JV+9ZxztmHFTQ", DisplayName = "a short hash")]
    [DataRow("$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA", DisplayName = "no hash")]
    [DataRow("$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdB$K13EBUiG7JV+9ZxztmHFTdb7J0WQsnj2V8bZaqyPptE",
        DisplayName = "spare bits")]
    [DataRow("$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA==$K13EBUiG7JV+9ZxztmHFTdb7J0WQsnj2V8bZaqyPptE=",
        DisplayName = "padded")]
    [DataRow(Good + "\n")]
    [DataRow(" " + Good)]
    public void TryParse_rejects_any_other_form(string text) => Assert.IsFalse(PasswordHash.TryParse(text, out _));

    [TestMethod]
    [DataRow("m=4294967296,t=2,p=1", DisplayName = "4 TiB")]
    [DataRow("m=99999999999999999999999999,t=2,p=1")]
    [DataRow("m=4194305,t=2,p=1")]
    [DataRow("m=7,t=2,p=1")]
    [DataRow("m=31,t=2,p=4")]
    [DataRow("m=0,t=2,p=1")]
    [DataRow("m=19456,t=0,p=1")]
    [DataRow("m=19456,t=1001,p=1")]
    [DataRow("m=19456,t=2,p=0")]
    [DataRow("m=19456,t=2,p=256")]
    public void TryParse_rejects_a_cost_that_is_not_allowed(string parameters) =>
        Assert.IsFalse(PasswordHash.TryParse(Good.Replace("m=19456,t=2,p=1", parameters, StringComparison.Ordinal), out _));

    [TestMethod]
    public void TryParse_rejects_a_long_text_without_parsing_it() =>
        Assert.IsFalse(PasswordHash.TryParse(Good + new string('A', 50_000_000), out _));

    [TestMethod]
    public void TryParse_accepts_each_cost_that_the_options_allow()
    {
        IEnumerable<Argon2Cost> costs =
            from memory in new[] { -1, 0, 1, 7, 8, 15, 16, 2_040, 4_194_304, 4_194_305, int.MaxValue }
            from iterations in new[] { -1, 0, 1, 1_000, 1_001, int.MaxValue }
            from parallelism in new[] { -1, 0, 1, 2, 255, 256, int.MaxValue }
            select new Argon2Cost(memory, iterations, parallelism);
        foreach (Argon2Cost cost in costs)
        {
            var options = new ServerOptions();
            options.PasswordHashing.MemorySize = cost.MemorySize;
            options.PasswordHashing.Iterations = cost.Iterations;
            options.PasswordHashing.Parallelism = cost.Parallelism;

            ValidateOptionsResult result = new ServerOptionsValidator().Validate(null, options);

            Assert.AreEqual(result.Succeeded, cost.IsAllowed, result.FailureMessage);
        }
    }
}
