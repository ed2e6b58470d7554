using System.Collections;
using ServerLib.Benchmarks.Processes;

namespace ServerLib.Benchmarks.Generator;

/// <summary>The open connections to one server, on one epoll descriptor.</summary>
internal sealed class LinkSet : IReadOnlyList<Link>, IDisposable
{
    private const int Openers = 8;

    private readonly Link[] _links;

    private LinkSet(Link[] links) => _links = links;

    public int Epoll { get; } = Libc.CreateEpoll();

    public int Count => _links.Length;

    public Link this[int index] => _links[index];

    /// <summary>Connects, logs in if the protocol is compact, and registers with epoll.</summary>
    public static LinkSet Open(GeneratorCommand command)
    {
        var links = new Link[command.Connections + command.Sleepers];
        InParallel(links.Length, index =>
        {
            byte mark = index >= command.Connections ? Servers.ServerSetup.SleepMark : (byte)0;
            Channel channel = Channel.Connect(command.Port, command.Tls, index);
            bool compact = command.Wire == "compact";
            if (compact)
                Compact.LogIn(channel, Compact.NameOf(index));
            else if (command.IsWelcomed)
                channel.ReceiveAll(new byte[Servers.ServerSetup.FanOutBody]);
            channel.SetNonBlocking();
            links[index] = new Link(channel, index, compact, command.Body, command.Depth, mark);
        });
        var set = new LinkSet(links);
        foreach (Link link in links)
            Libc.Watch(set.Epoll, Libc.ControlAdd, link.Channel.Descriptor, Libc.In, link.Index);
        return set;
    }

    /// <summary>Runs an action for each number below <paramref name="count"/> on a few threads that may block.</summary>
    public static void InParallel(int count, Action<int> action)
    {
        int next = -1;
        Exception? failure = null;
        var threads = new Thread[Openers];
        for (int i = 0; i < threads.Length; i++)
        {
            threads[i] = new Thread(() =>
            {
                try
                {
                    while (failure is null && Interlocked.Increment(ref next) is var index && index < count)
                        action(index);
                }
                catch (Exception e)
                {
                    failure = e;
                }
            });
            threads[i].Start();
        }

        foreach (Thread thread in threads)
            thread.Join();
        if (failure is not null)
            throw new IOException(failure.Message, failure);
    }

    public IEnumerator<Link> GetEnumerator() => ((IEnumerable<Link>)_links).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _links.GetEnumerator();

    public void Dispose()
    {
        foreach (Link link in _links)
            link.Dispose();
        _ = Libc.Close(Epoll);
    }
}
