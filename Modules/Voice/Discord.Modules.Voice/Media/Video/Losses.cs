namespace Discord.Modules.Voice.Media;

/// <summary>Packets that a sender sent and that did not arrive: asked for at once, and again while they may still be of use.</summary>
internal sealed class Losses
{
    /// <summary>More at once is no loss to be mended: a new keyframe is less.</summary>
    public const int Max = 128;

    private const int MaxTries = 5;
    private const long Patience = TimeSpan.TicksPerMillisecond * 80;

    private readonly Loss[] _losses = new Loss[Max];
    private int _count;
    private long _next;

    /// <param name="count">Up to <see cref="Max"/>; the oldest make room.</param>
    public void Add(long first, int count)
    {
        var excess = _count + count - Max;
        if (excess > 0)
        {
            Array.Copy(_losses, excess, _losses, 0, _count - excess);
            _count -= excess;
        }

        for (var i = 0; i < count; i++)
            _losses[_count++] = new Loss { Index = first + i };
        _next = 0;
    }

    public void Remove(long index)
    {
        for (var i = 0; i < _count; i++)
        {
            if (_losses[i].Index != index)
                continue;
            Array.Copy(_losses, i + 1, _losses, i, --_count - i);
            return;
        }
    }

    /// <summary>Runs for each packet: which are to be asked for now, in their order.</summary>
    /// <param name="due">As long as <see cref="Max"/>.</param>
    public int Take(Span<ushort> due, long now)
    {
        if (_count == 0 || now < _next)
            return 0;
        var (kept, taken) = (0, 0);
        _next = now + Patience;
        for (var i = 0; i < _count; i++)
        {
            var loss = _losses[i];
            if (loss.AskAt <= now)
            {
                if (++loss.Tries > MaxTries)
                    continue;
                loss.AskAt = now + Patience;
                due[taken++] = (ushort)loss.Index;
            }

            _next = Math.Min(_next, loss.AskAt);
            _losses[kept++] = loss;
        }

        _count = kept;
        return taken;
    }

    private struct Loss
    {
        public long Index;
        public long AskAt;
        public int Tries;
    }
}
