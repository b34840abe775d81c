namespace Discord.Modules.Voice.Signalling;

/// <summary>Why a voice socket is closed.</summary>
/// <remarks>Source: Discord docs, Opcodes and Status Codes, "Voice Close Event Codes". protocol.md 5.1 says how clients react: 4015 is resumed, after 4014 a client stays away, after the rest it joins anew.</remarks>
internal enum VoiceCloseCode
{
    Normal = 1000,
    UnknownOpcode = 4001,
    DecodeError = 4002,
    NotAuthenticated = 4003,
    AuthenticationFailed = 4004,
    AlreadyAuthenticated = 4005,
    SessionInvalid = 4006,
    SessionTimedOut = 4009,
    UnknownProtocol = 4012,
    Disconnected = 4014,
    ServerCrashed = 4015,
    UnknownEncryptionMode = 4016,
    BadRequest = 4020,
    RateLimited = 4021,
    CallEnded = 4022,
}
