using System.Security.Cryptography;

namespace ServerLib.Tests.EndToEnd;

/// <summary>RSA keys for clients. Generating a key is slow, so clients share a small pool.</summary>
internal static class ClientKeys
{
    private static readonly Lazy<RSAParameters>[] Pool = [.. Enumerable.Range(0, 4).Select(_ => new Lazy<RSAParameters>(Make))];
    private static int _next;

    /// <summary>A key of the pool, as a new object, because RSA objects are not thread-safe.</summary>
    public static RSA Next() => RSA.Create(Pool[(uint)Interlocked.Increment(ref _next) % Pool.Length].Value);

    /// <summary>Two different keys.</summary>
    public static (RSA One, RSA Other) Two()
    {
        uint next = (uint)Interlocked.Increment(ref _next);
        return (RSA.Create(Pool[next % Pool.Length].Value), RSA.Create(Pool[(next + 1) % Pool.Length].Value));
    }

    public static RSA OfSize(int bits) => bits == 2048 ? Next() : RSA.Create(bits);

    private static RSAParameters Make()
    {
        using var key = RSA.Create(2048);
        return key.ExportParameters(includePrivateParameters: true);
    }
}
