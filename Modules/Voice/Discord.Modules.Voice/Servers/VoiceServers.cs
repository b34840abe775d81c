using Discord.Protocol;

namespace Discord.Modules.Voice.Servers;

/// <summary>
/// The right of one gateway session to be in one room. The home of the guild (or call) decides and grants; a voice server checks IDENTIFY against it
/// and forwards by its rights. It ends when the session moves, leaves or loses it: then the token is worth nothing.
/// </summary>
internal sealed record VoiceGrant
{
    /// <summary>Secret, 32 hex digits: what VOICE_SERVER_UPDATE carried. Also the grant's key.</summary>
    public required string Token { get; init; }

    /// <summary>What IDENTIFY names: the guild, the channel of a call, or a stream's rtc_server_id.</summary>
    public required Snowflake ServerId { get; init; }

    /// <summary>Who hears whom: the channel, or a stream's rtc_server_id. Rooms with the same id are one.</summary>
    public required Snowflake RoomId { get; init; }

    public required Snowflake UserId { get; init; }

    /// <summary>The gateway session.</summary>
    public required string SessionId { get; init; }

    public required VoiceRights Rights { get; init; }

    /// <summary>A call of two: they may agree to send their media to each other, past the server.</summary>
    public bool IsDirect { get; init; }
}

/// <summary>What somebody may do in a room, now. Enforced by the SFU for each packet.</summary>
[Flags]
internal enum VoiceRights
{
    None = 0,

    /// <summary>Not deafened, neither by oneself nor by a moderator.</summary>
    Hear = 1,

    /// <summary>Holds SPEAK, is not muted (by oneself or a moderator), not suppressed.</summary>
    Speak = 2,

    /// <summary>Holds PRIORITY_SPEAKER.</summary>
    Priority = 4,

    /// <summary>Holds STREAM: camera, and the owner of a stream.</summary>
    Video = 8,

    /// <summary>1080p60 instead of 720p30: premium users.</summary>
    HighQuality = 16,
}

/// <summary>A replica that carries voice: signalling and SFU. One is in this process; others are reached over a link.</summary>
/// <remarks>Calls return at once and are carried out in their order.</remarks>
internal interface IVoiceServer
{
    /// <summary>Its own among all servers; the same for as long as it lives.</summary>
    string Name { get; }

    /// <summary>What a channel's rtc_region says to have it.</summary>
    string Region { get; }

    /// <summary>host:port/path of its voice gateway, for VOICE_SERVER_UPDATE; null while it accepts nobody.</summary>
    string? Endpoint { get; }

    /// <summary>A grant is there before its token is told.</summary>
    void Admit(VoiceGrant grant);

    void Change(string token, VoiceRights rights);

    /// <summary>Ends a grant: nothing is forwarded to it or from it any more, and its connection is closed.</summary>
    /// <param name="code">4014 disconnected, 4022 the call ended; null: the client was told of another server, and closes by itself.</param>
    void Revoke(string token, int? code);
}

/// <summary>What a voice server tells the home of a grant.</summary>
internal interface IVoiceReports
{
    /// <summary>IDENTIFY was accepted.</summary>
    void Connected(string token);

    /// <summary>The connection ended and was not resumed in time: the session leaves voice.</summary>
    void Lost(string token);

    /// <summary>Somebody speaks: told when it begins, and every half minute while it goes on. Who is silent for long may be moved to the AFK channel.</summary>
    void Spoke(string token);
}

/// <summary>Which voice server carries a room.</summary>
internal interface IVoicePlacement
{
    /// <summary>The regions that servers are in, in alphabetical order.</summary>
    IReadOnlyCollection<string> Regions { get; }

    /// <param name="serverId">The guild, or the channel of a call.</param>
    /// <param name="roomId">The channel, or a stream's rtc_server_id.</param>
    /// <param name="region">The channel's rtc_region; null: any.</param>
    /// <returns>The same for as long as somebody is in the room and the region is the same; null: none can take it now.</returns>
    IVoiceServer? Place(Snowflake serverId, Snowflake roomId, string? region);

    /// <summary>The last one left the room: the next one may be placed elsewhere.</summary>
    void Release(Snowflake roomId);

    /// <summary>A server is there from now on. Nothing that runs moves to it.</summary>
    void Add(IVoiceServer server);

    /// <summary>A server is gone: its rooms are placed anew.</summary>
    void Remove(IVoiceServer server);
}
