using ServerLib.Authentication;
using ServerLib.Tests.Connections;

namespace ServerLib.Tests.Authentication;

internal static class LoginPipelineExtensions
{
    /// <summary>Attempts a login on a new connection.</summary>
    public static ValueTask<LoginResult> AttemptAsync(
        this LoginPipeline pipeline, Credentials credentials, CancellationToken cancellationToken = default) =>
        pipeline.AuthenticateAsync(new LoginContext(new MemoryConnection().Connection, credentials), cancellationToken);
}
