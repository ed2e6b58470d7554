using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Moq;
using ServerLib.Administration;

namespace ServerLib.Tests.Administration;

/// <summary>The command line of an application with a server.</summary>
[TestClass]
public sealed class RunCommandLineTests : IDisposable
{
    private readonly CancellationToken _guard = Guard.NewToken();
    private readonly TempFolder _folder = new();
    private readonly List<CommandOutput> _printed = [];

    [TestMethod]
    public async Task An_application_runs_commands_on_its_files_and_then_in_its_server()
    {
        Assert.AreEqual(0, await RunAsync("user", "add", "ada", "--generate"));
        Assert.AreEqual(3, await RunAsync("user", "add", "ada", "--generate"));
        Assert.AreEqual(1, await RunAsync("greet", "ada"));
        Assert.StartsWith("the server is not running", _printed[^1].Text);

        using IHost server = Build();
        await server.StartAsync(_guard);
        Assert.AreEqual(0, await RunAsync("greet", "ada"));
        Assert.AreEqual("hello ada", _printed[^1].Text);
        Assert.AreEqual(2, await RunAsync("greet"));
        Assert.AreEqual("usage: greet NAME", _printed[^1].Text);
        await server.StopAsync(_guard);
    }

    [TestMethod]
    public async Task An_application_without_a_command_runs_until_it_is_stopped()
    {
        IHost host = Build();
        IHostApplicationLifetime lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        lifetime.ApplicationStarted.Register(lifetime.StopApplication);

        Assert.AreEqual(0, await host.RunCommandLineAsync([], _guard));
        Assert.IsEmpty(_printed);
    }

    public void Dispose() => _folder.Dispose();

    private Task<int> RunAsync(params string[] args) =>
        AdministrationHostExtensions.RunCommandLineAsync(Build(), args, Mock.Of<IAdminTerminal>(), _printed.Add, _guard);

    private IHost Build()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddServerLib(options =>
        {
            options.Port = 0;
            options.DataDirectory = _folder.Path;
            options.PasswordHashing.MemorySize = 64;
            options.PasswordHashing.Iterations = 1;
        }).AddAdministration().AddCommand<GreetCommand>();
        return builder.Build();
    }

    private sealed class GreetCommand : AdminCommand
    {
        private readonly System.CommandLine.Argument<string> _name = new("NAME");

        public GreetCommand()
            : base("greet", "Greets a user") => Arguments.Add(_name);

        public override Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken) =>
            Task.FromResult(request.Done($"hello {request.Get(_name)}"));
    }
}
