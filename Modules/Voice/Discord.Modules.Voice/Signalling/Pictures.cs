namespace Discord.Modules.Voice.Signalling;

/// <summary>What those who show a picture are told of those who look: the codec that most of them play (op 14), and whether anybody looks at all (op 15).</summary>
internal static class Pictures
{
    /// <summary>Runs after every change of a room, under its lock. Who knows already is told nothing.</summary>
    public static void Tell(IReadOnlyList<VoiceSession> present)
    {
        foreach (var sender in present)
        {
            if (sender.Video is not { IsOn: true })
                continue;
            // In a large room somebody looks, and not everybody is asked.
            var isSmall = present.Count <= VoiceRoom.SmallUpTo;
            var codec = (isSmall ? sender.Encodes.MaxBy(codec => present.Count(other => other != sender && other.Decodes.Contains(codec))) : null) ?? sender.VideoCodec;
            if (codec != sender.VideoCodec)
            {
                sender.VideoCodec = codec;
                sender.Send(VoiceMessages.SessionUpdate(sender));
            }

            var wanted = isSmall ? present.Max(other => other != sender && other.Decodes.Contains(codec) ? other.Wants.Of(sender.Leg!.VideoSsrc) : 0) : MediaSinkWants.Most;
            if (wanted == sender.LookedAt)
                continue;
            sender.LookedAt = wanted;
            sender.Send(VoiceMessages.MediaSinkWants(sender));
        }
    }
}
