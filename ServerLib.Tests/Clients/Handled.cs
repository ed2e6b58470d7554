using Microsoft.Extensions.DependencyInjection;

namespace ServerLib.Tests.Clients;

internal static class Handled
{
    /// <summary>Registers a test's own message handler.</summary>
    public static void By<T>(IServiceCollection services)
        where T : class, IMessageHandler => services.AddScoped<IMessageHandler, T>();
}

/// <summary>Answers each request with its own body.</summary>
internal sealed class Echo : IMessageHandler
{
    public ValueTask<Response> OnRequestAsync(Connection connection, Message request, CancellationToken cancellationToken) =>
        new(new Response(request.Body));
}
