using System.Security.Cryptography;

namespace ServerLib.Tests.EndToEnd;

/// <summary>RSA keys for clients. Making one is slow, so clients of ordinary size share a few that are made once.</summary>
internal static class ClientKeys
{
    private static readonly Lazy<RSAParameters>[] Pool = [.. Enumerable.Range(0, 4).Select(_ => new Lazy<RSAParameters>(Make))];
    private static int _next;

    /// <summary>One of the pool's keys, as an object of the caller's own: RSA objects are not made for several threads.</summary>
    public static RSA Next() => RSA.Create(Pool[(uint)Interlocked.Increment(ref _next) % Pool.Length].Value);

    /// <summary>Two that are not the same.</summary>
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
