using System.Collections.Concurrent;

namespace Discord.Modules.Voice.Browsers;

/// <summary>
/// Threads for DTLS, which blocks: never those that carry media, nor those of the pool. As many handshakes run at once as there are threads, and no more wait
/// than <see cref="MaxWaiting"/>: what a crowd of browsers can cost has an end.
/// </summary>
internal sealed class Handshakes : IDisposable
{
    private const int MaxThreads = 16;
    private const int MaxWaiting = 512;

    private readonly BlockingCollection<Action> _waiting = new(MaxWaiting);
    private readonly Action<Exception> _failed;
    private int _threads;
    private int _idle;

    public Handshakes(Action<Exception> failed) => _failed = failed;

    /// <returns>False: too many wait already. The browser will repeat its message.</returns>
    public bool TryStart(Action handshake)
    {
        if (_waiting.IsAddingCompleted || !_waiting.TryAdd(handshake))
            return false;
        if (Volatile.Read(ref _idle) < _waiting.Count && Interlocked.Increment(ref _threads) is var number)
        {
            if (number <= MaxThreads)
                new Thread(Run) { IsBackground = true, Name = $"dtls {number}" }.Start();
            else
                Interlocked.Decrement(ref _threads);
        }
        return true;
    }

    public void Dispose() => _waiting.CompleteAdding();

    private void Run()
    {
        while (true)
        {
            Interlocked.Increment(ref _idle);
            var isOver = !_waiting.TryTake(out var handshake, Timeout.Infinite);
            Interlocked.Decrement(ref _idle);
            if (isOver)
                return;
            try
            {
                handshake!();
            }
            catch (Exception failure)
            {
                // One browser's must not end everybody's.
                _failed(failure);
            }
        }
    }
}
