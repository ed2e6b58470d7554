using Microsoft.Extensions.DependencyInjection;

namespace ExternalLogin;

internal static class LoginServiceExtensions
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(5);

    public static IServiceCollection AddLoginService(this IServiceCollection services, Uri address)
    {
        IHttpClientBuilder client = services.AddHttpClient(nameof(LoginService));

        // One attempt and one more, and none for a while if many fail.
        client.AddStandardResilienceHandler(options =>
        {
            options.TotalRequestTimeout.Timeout = TimeLimit;
            options.AttemptTimeout.Timeout = TimeSpan.FromSeconds(2);
            options.Retry.MaxRetryAttempts = 1;
            options.Retry.Delay = TimeSpan.FromMilliseconds(200);
        });

        // The time limits above end with the headers of the answer. These limits are for the whole answer.
        client.ConfigureHttpClient(http =>
        {
            http.BaseAddress = address;
            http.Timeout = TimeLimit;
            http.MaxResponseContentBufferSize = 64 * 1024;
        });
        return services.AddSingleton<LoginService>().AddSingleton<LoginCache>();
    }
}
