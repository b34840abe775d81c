using Discord.Modules.Messaging.Storage;

namespace Discord.Modules.Messaging.Polls;

/// <summary>The polls that take votes, by when they end. In memory; a start reads them from their table.</summary>
internal sealed class OpenPolls(TimeProvider clock)
{
    // A timer's longest time is shorter than a poll's.
    private static readonly TimeSpan s_longestWait = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly PriorityQueue<OpenPoll, long> _open = new();
    private readonly SemaphoreSlim _added = new(0);

    /// <summary>Adds a poll, when it is durable.</summary>
    public void Add(OpenPoll poll)
    {
        lock (_gate)
            _open.Enqueue(poll, poll.ExpiresAt.UnixMilliseconds);
        _added.Release();
    }

    /// <summary>Takes out one that has to end.</summary>
    public OpenPoll? TakeDue()
    {
        lock (_gate)
            return _open.TryPeek(out _, out var at) && at <= clock.GetUtcNow().ToUnixTimeMilliseconds() ? _open.Dequeue() : null;
    }

    /// <summary>Completes when one may have to end, or when one was added that could end before it.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        var wait = s_longestWait;
        lock (_gate)
        {
            if (_open.TryPeek(out _, out var at))
                wait = TimeSpan.FromMilliseconds(Math.Clamp(at - clock.GetUtcNow().ToUnixTimeMilliseconds(), 0, (long)s_longestWait.TotalMilliseconds));
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(Task.Delay(wait, clock, either.Token), _added.WaitAsync(either.Token));
        await either.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }
}
