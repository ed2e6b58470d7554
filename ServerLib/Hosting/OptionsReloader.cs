using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using ServerLib.Diagnostics;
using ServerLib.Hosting;
using ServerLib.Protocol;
using ServerLib.Server;

namespace ServerLib;

/// <summary>
/// Reloads the options of a running server. The options are created and validated again as at the start, from configuration and code. If
/// they are valid, all options that can change at run time change together. Otherwise nothing changes.
/// </summary>
/// <remarks>
/// <c>AddServerLib</c> registers it as a service; there is one for each server. If the server reads its options from an
/// <see cref="Microsoft.Extensions.Configuration.IConfiguration"/>, a change there reloads them: for example, a file with
/// <c>reloadOnChange</c> was changed. <c>IOptions&lt;ServerOptions&gt;</c> always has the options in force.
/// </remarks>
[SuppressMessage("Reliability", "CA1001", Justification = "A SemaphoreSlim has nothing to dispose unless its wait handle is used.")]
public sealed class OptionsReloader
{
    private readonly string _name;
    private readonly IOptionsFactory<ServerOptions> _factory;
    private readonly IEnumerable<IValidateOptions<ServerOptions>> _validators;
    private readonly CurrentOptions _current;
    private readonly ConnectionServer _server;
    private readonly ILogger<OptionsReloader> _logger;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private string _reported = "";

    internal OptionsReloader(
        string name,
        IOptionsFactory<ServerOptions> factory,
        IEnumerable<IValidateOptions<ServerOptions>> validators,
        CurrentOptions current,
        ConnectionServer server,
        ILogger<OptionsReloader> logger)
    {
        _name = name;
        _factory = factory;
        _validators = validators;
        _current = current;
        _server = server;
        _logger = logger;
    }

    /// <summary>Reloads the options. Logs and audits what has changed, or why nothing has.</summary>
    /// <param name="actor">Who asked for it, for the audit trail. Default nobody: the configuration has changed.</param>
    /// <param name="address">Where this user is connected from.</param>
    /// <param name="alsoNeedRestart">
    /// The names of the application's own options that are different now and need a restart. They are reported with those of the server.
    /// Default none.
    /// </param>
    /// <param name="cancellationToken">Stops waiting for the database.</param>
    public async Task<OptionsReloadResult> ReloadAsync(
        string actor = "", string address = "", IReadOnlyCollection<string>? alsoNeedRestart = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(address);
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await ChangeAsync(actor, address, alsoNeedRestart ?? [], cancellationToken).ConfigureAwait(false);
        }
        catch (OptionsValidationException e)
        {
            return Refuse(e.Failures, actor, address);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Besides a ServerLibException: code of the application sets options, and its database has the bans.
            return Refuse([(e.InnerException as ServerLibException ?? e).Message], actor, address);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Logs and audits that a configuration cannot be read, before there are any options.</summary>
    /// <param name="problems">One sentence for each problem.</param>
    /// <param name="actor">Who asked for the reload. Default nobody.</param>
    /// <param name="address">Where this user is connected from.</param>
    public OptionsReloadResult Refuse(IEnumerable<string> problems, string actor = "", string address = "")
    {
        string[] escaped = [.. problems.Select(TextSanitizer.Escape)];
        string text = string.Join("; ", escaped);
        OptionsEvents.Refused(_logger, text);
        _server.OptionsChange.Refused(text, actor, address);
        return new OptionsReloadResult { Problems = escaped };
    }

    /// <summary>Reloads the options when the configuration changes, until the result is disposed.</summary>
    internal IDisposable Watch(IEnumerable<IOptionsChangeTokenSource<ServerOptions>> sources) => new Watches(
        [.. sources.Where(source => (source.Name ?? "") == _name).Select(source => ChangeToken.OnChange(source.GetChangeToken, () => _ = ReloadAsync()))]);

    private async Task<OptionsReloadResult> ChangeAsync(
        string actor, string address, IReadOnlyCollection<string> alsoNeedRestart, CancellationToken cancellationToken)
    {
        ServerOptions before = _current.Value, next = _factory.Create(_name);
        OptionProperty[] different = [.. OptionSet.Server.All.Where(option => !option.IsSame(before, next))];
        string[] changed = [.. different.Where(option => !option.NeedsRestart).Select(option => option.Name)];
        OptionProperty[] kept = [.. different.Where(option => option.NeedsRestart)];
        string[] needRestart = [.. kept.Select(option => option.Name), .. alsoNeedRestart];
        foreach (OptionProperty option in kept)
            option.Copy(before, next);
        if (kept.Length > 0)
            Validate(next);
        Action change = await _server.OptionsChange.PrepareAsync(next, cancellationToken).ConfigureAwait(false);
        _current.Set(next);
        change();
        Report(changed, needRestart, actor, address);
        return new OptionsReloadResult { Changed = changed, NeedRestart = needRestart };
    }

    /// <summary>Options that are valid together may not be valid if only some of them change.</summary>
    private void Validate(ServerOptions options)
    {
        string[] failures = [.. _validators.Select(validator => validator.Validate(_name, options)).Where(r => r.Failed).SelectMany(r => r.Failures!)];
        if (failures.Length > 0)
            throw new OptionsValidationException(_name, typeof(ServerOptions), failures.Select(failure => $"{failure} (until a restart)"));
    }

    private void Report(string[] changed, string[] needRestart, string actor, string address)
    {
        string restart = string.Join(", ", needRestart);
        bool isNews = restart != _reported;
        _reported = restart;
        if (changed.Length == 0 && !isNews && actor.Length == 0)
            return;
        string names = changed.Length == 0 ? "none" : string.Join(", ", changed);
        string detail = restart.Length == 0 ? $"changed: {names}" : $"changed: {names}; needs a restart: {restart}";
        if (changed.Length > 0)
            OptionsEvents.Changed(_logger, names);
        if (restart.Length > 0)
            OptionsEvents.NeedsRestart(_logger, restart);
        _server.OptionsChange.Reloaded(detail, actor, address);
    }

    private sealed class Watches(IDisposable[] watches) : IDisposable
    {
        public void Dispose() => Array.ForEach(watches, watch => watch.Dispose());
    }
}
