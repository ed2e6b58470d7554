using ServerLib.Protocol;

namespace ServerLib.Authentication;

/// <summary>Takes each login attempt through the server's own steps, and then to the <see cref="IAuthenticator"/>.</summary>
internal sealed class LoginPipeline
{
    private readonly Func<LoginContext, CancellationToken, ValueTask<LoginResult>> _first;

    /// <summary>Builds a pipeline.</summary>
    /// <param name="authenticator">Decides.</param>
    /// <param name="steps">The steps before and after that, the outermost first.</param>
    public LoginPipeline(IAuthenticator authenticator, params ReadOnlySpan<ILoginStep> steps)
    {
        _first = async (context, cancellationToken) =>
            Checked(context, await authenticator.AuthenticateAsync(context.ForAuthenticator(), cancellationToken).ConfigureAwait(false));
        for (int i = steps.Length - 1; i >= 0; i--)
            _first = Before(steps[i], _first);
    }

    /// <summary>Decides on an attempt.</summary>
    /// <returns>The answer, which is then also the context's.</returns>
    public async ValueTask<LoginResult> AuthenticateAsync(LoginContext context, CancellationToken cancellationToken) =>
        context.Result = await _first(context, cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Refuses a name that no connection may have, whatever the authenticator says: before anything is written, and before others see it.
    /// </summary>
    private static LoginResult Checked(LoginContext context, LoginResult result)
    {
        if (!result.IsOk)
            return result;
        string alias = result.Alias ?? context.Credentials.Username;
        return Authenticator.FindLoginProblem(alias, context.Client.Options) is { } rule
            ? LoginResult.Refused(rule) with { Detail = $"the authenticator accepted the invalid name '{UserName.Shown(alias)}'" }
            : result with { Alias = alias };
    }

    private static Func<LoginContext, CancellationToken, ValueTask<LoginResult>> Before(
        ILoginStep step, Func<LoginContext, CancellationToken, ValueTask<LoginResult>> next) =>
        (context, cancellationToken) => step.AuthenticateAsync(context, next, cancellationToken);
}
