namespace Discord.Modules.Voice.Media;

/// <summary>Somebody who could see a picture, and how far they are with it.</summary>
internal sealed class Viewer(Leg leg)
{
    public Leg Leg => leg;

    /// <summary>Wants it, and can play it.</summary>
    public bool IsWatching { get; set; }

    /// <summary>Cannot make anything of packets before the next keyframe.</summary>
    public bool IsWaiting { get; set; }

    /// <summary>Index of the last packet before it stopped to watch: what was sent once under a number is not sent so again.</summary>
    public long Seen { get; set; } = -1;
}
