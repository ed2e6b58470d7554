using Microsoft.Extensions.DependencyInjection;

namespace ServerLib.Tests.Clients;

internal static class Handled
{
    /// <summary>Has a server's messages handled by a handler of a test's own.</summary>
    public static void By<T>(IServiceCollection services)
        where T : class, IMessageHandler => services.AddScoped<IMessageHandler, T>();
}

/// <summary>Answers each request with what it says.</summary>
internal sealed class Echo : IMessageHandler
{
    public ValueTask<Response> OnRequestAsync(Connection connection, Message request, CancellationToken cancellationToken) =>
        new(new Response(request.Body));
}
