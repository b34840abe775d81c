namespace Discord.Modules.Voice.Media;

/// <summary>
/// Who is heard in a room that is too large for everybody at once: the loudest, and whoever was first of those who are as loud. Somebody who is heard
/// stays so for a second, and until another is louder by a margin or half a second passed in silence.
/// </summary>
internal sealed class ActiveSpeakers
{
    /// <summary>People in a room up to which everybody is heard.</summary>
    public const int SmallRoom = 25;

    private const int Margin = 10;
    private const long Hold = TimeSpan.TicksPerSecond;
    private const long Pause = TimeSpan.TicksPerSecond / 2;

    // Five frames of silence end a burst of speech: without them receivers make up what is missing.
    private const int LastWords = 5;

    private readonly Slot[] _slots = new Slot[SmallRoom];

    /// <param name="people">In the room, over all shards.</param>
    public static int Cap(int people) => people switch
    {
        <= SmallRoom => SmallRoom,
        <= 100 => 12,
        < 1000 => 6,
        _ => 3,
    };

    /// <summary>Runs for each packet of audio.</summary>
    /// <returns>Null: it is to be heard.</returns>
    public Drop? Refuse(Leg speaker, int loudness, int silentRun, int people, long now)
    {
        if (people <= SmallRoom)
            return null;
        var cap = Cap(people);
        int free = -1, weakest = 0;
        for (var i = 0; i < cap; i++)
        {
            ref var slot = ref _slots[i];
            if (slot.Speaker == speaker)
            {
                slot.Loudness = loudness;
                if (silentRun == 0)
                    slot.Heard = now;
                return silentRun > LastWords ? Drop.Silent : null;
            }

            if (slot.Speaker is null || now - slot.Heard > Pause)
                free = i;
            else if (slot.Loudness < _slots[weakest].Loudness || _slots[weakest].Speaker is null)
                weakest = i;
        }

        if (silentRun > 0)
            return Drop.Silent;
        if (free < 0)
        {
            ref var slot = ref _slots[weakest];
            if (loudness < slot.Loudness + Margin || now - slot.Since < Hold)
                return Drop.NotActive;
            free = weakest;
        }

        _slots[free] = new Slot { Speaker = speaker, Loudness = loudness, Since = now, Heard = now };
        return null;
    }

    public void Remove(Leg speaker)
    {
        foreach (ref var slot in _slots.AsSpan())
        {
            if (slot.Speaker == speaker)
                slot = default;
        }
    }

    private struct Slot
    {
        public Leg? Speaker;
        public int Loudness;
        public long Since;
        public long Heard;
    }
}
