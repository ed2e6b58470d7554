using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ServerLib.Tests.Hosting;

/// <summary>Servers on free ports that start quickly.</summary>
internal static class TestServers
{
    public static IServerLibBuilder OnFreePort(this IServerLibBuilder builder, string dataDirectory)
    {
        builder.Use(ServerKey.Ephemeral);
        builder.Use(_ => ServerCertificate.CreateEphemeral());
        return builder.Configure(options =>
        {
            options.Port = 0;
            options.DataDirectory = dataDirectory;
            options.Passwords.MinLength = 1;
            options.PasswordHashing.MemorySize = 64;
            options.PasswordHashing.Iterations = 1;
        });
    }

    public static Task<ServerClient> ConnectAsync(this IServerControl server, string name, CancellationToken token) =>
        ServerClient.ConnectAsync(new ServerClientOptions { EndPoint = server.EndPoint!, UserName = name, Password = "s3cret pass" }, token);

    /// <summary>Waits until the server ends a client's connection.</summary>
    public static async Task<ServerClientException> EndAsync(this ServerClient client, CancellationToken token)
    {
        try
        {
            await foreach (ReceivedMessage _ in client.ReadAllAsync(token))
            {
                // The end comes after it.
            }

            throw new AssertFailedException("The client has ended the connection itself.");
        }
        catch (ServerClientException e)
        {
            return e;
        }
    }

    /// <summary>The next thing that comes to a client.</summary>
    public static async Task<ReceivedMessage> NextAsync(this ServerClient client, CancellationToken token)
    {
        await foreach (ReceivedMessage message in client.ReadAllAsync(token))
            return message;
        throw new AssertFailedException("The connection has ended.");
    }
}
