using System.Diagnostics;
using System.Security.Cryptography;
using NSec.Cryptography;

namespace ServerLib.Benchmarks.Servers;

/// <summary>The unavoidable cost: the cryptography alone.</summary>
internal static class RawCosts
{
    /// <summary>Argon2id with the default parameters on as many threads as ServerLib uses by default.</summary>
    public static double HashesASecond(double seconds)
    {
        var defaults = new PasswordHashingOptions();
        var parameters = new Argon2Parameters
        {
            DegreeOfParallelism = defaults.Parallelism,
            MemorySize = defaults.MemorySize,
            NumberOfPasses = defaults.Iterations,
        };
        long count = 0;
        long start = Stopwatch.GetTimestamp();
        var threads = new Thread[defaults.Threads > 0 ? defaults.Threads : Math.Max(1, Environment.ProcessorCount - 1)];
        for (int i = 0; i < threads.Length; i++)
        {
            threads[i] = new Thread(Work);
            threads[i].Start();
        }

        foreach (Thread thread in threads)
            thread.Join();
        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;

        void Work()
        {
            var algorithm = new Argon2id(parameters);
            byte[] salt = RandomNumberGenerator.GetBytes(16);
            byte[] hash = new byte[32];
            while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
            {
                algorithm.DeriveBytes("a password"u8, salt, hash);
                Interlocked.Increment(ref count);
            }
        }
    }

    /// <summary>One decryption, and an encryption for each recipient, RSA-2048: the minimum for relaying a classic message.</summary>
    /// <returns>Microseconds of processor time.</returns>
    public static double RsaUs(int recipients)
    {
        const int Rounds = 300;
        using var server = RSA.Create(2048);
        using var client = RSA.Create();
        client.ImportRSAPublicKey(server.ExportRSAPublicKey(), out _);
        byte[] text = new byte[64];
        byte[] encrypted = server.Encrypt(text, RSAEncryptionPadding.OaepSHA256);
        byte[] target = new byte[256];
        Relay(20);
        TimeSpan before = Environment.CpuUsage.TotalTime;
        Relay(Rounds);
        return (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / Rounds;

        void Relay(int rounds)
        {
            for (int i = 0; i < rounds; i++)
            {
                server.TryDecrypt(encrypted, target, RSAEncryptionPadding.OaepSHA256, out _);
                for (int j = 0; j < recipients; j++)
                    client.TryEncrypt(text, target, RSAEncryptionPadding.OaepSHA256, out _);
            }
        }
    }
}
