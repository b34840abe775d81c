namespace Discord.Protocol;

/// <summary>A refusal that a client can see: an HTTP status, and Discord's own numeric code and words.</summary>
/// <param name="Status">HTTP status, 400-599.</param>
/// <param name="Code">Discord's JSON error code; 0 is "general error".</param>
/// <param name="Message">Discord's words for that code: clients show them.</param>
/// <remarks>Source: Discord docs, Opcodes and Status Codes, "JSON Error Codes".</remarks>
public sealed record ApiError(int Status, int Code, string Message)
{
    public static readonly ApiError Unauthorized = new(401, 0, "401: Unauthorized");
    public static readonly ApiError NotFound = new(404, 0, "404: Not Found");
    public static readonly ApiError MethodNotAllowed = new(405, 0, "405: Method Not Allowed");
    public static readonly ApiError InternalServerError = new(500, 0, "500: Internal Server Error");
    public static readonly ApiError BadRequest = new(400, 0, "400: Bad Request");

    public static readonly ApiError UnknownApplication = new(404, 10002, "Unknown Application");
    public static readonly ApiError UnknownChannel = new(404, 10003, "Unknown Channel");
    public static readonly ApiError UnknownGuild = new(404, 10004, "Unknown Guild");
    public static readonly ApiError UnknownInvite = new(404, 10006, "Unknown Invite");
    public static readonly ApiError UnknownVoiceState = new(404, 10065, "Unknown Voice State");
    public static readonly ApiError UnknownMember = new(404, 10007, "Unknown Member");
    public static readonly ApiError UnknownMessage = new(404, 10008, "Unknown Message");
    public static readonly ApiError UnknownOverwrite = new(404, 10009, "Unknown Overwrite");
    public static readonly ApiError UnknownRole = new(404, 10011, "Unknown Role");
    public static readonly ApiError UnknownToken = new(404, 10012, "Unknown Token");
    public static readonly ApiError UnknownUser = new(404, 10013, "Unknown User");
    public static readonly ApiError UnknownEmoji = new(400, 10014, "Unknown Emoji");
    public static readonly ApiError UnknownGuildEmoji = UnknownEmoji with { Status = 404 };
    public static readonly ApiError UnknownSticker = new(404, 10060, "Unknown sticker");
    public static readonly ApiError UnknownStickerPack = new(404, 10061, "Unknown sticker pack");
    public static readonly ApiError UnknownSound = new(404, 10097, "Unknown sound");
    public static readonly ApiError UnknownBan = new(404, 10026, "Unknown Ban");
    public static readonly ApiError UnknownTag = new(404, 10087, "Unknown tag");
    public static readonly ApiError BotsCannotUseThis = new(403, 20001, "Bots cannot use this endpoint");
    public static readonly ApiError OnlyBots = new(403, 20002, "Only bots can use this endpoint");
    public static readonly ApiError NotAuthorisedOnApplication = new(403, 20012, "You are not authorized to perform this action on this application");
    public static readonly ApiError AccountDisabled = new(403, 20013, "This account is disabled.");
    public static readonly ApiError OnlyOwner = new(403, 20018, "Only the owner of this account can perform this action");
    public static readonly ApiError BoostLevel = new(400, 20035, "This guild does not have the boost level that this needs");
    public static readonly ApiError MaximumGuilds = new(400, 30001, "Maximum number of guilds reached (100)");
    public static readonly ApiError MaximumFriends = new(400, 30002, "Maximum number of friends reached (1000)");
    public static readonly ApiError MaximumPins = new(400, 30003, "Maximum number of pins reached for the channel (250)");
    public static readonly ApiError MaximumRecipients = new(400, 30004, "Maximum number of recipients reached (10)");
    public static readonly ApiError MaximumRoles = new(400, 30005, "Maximum number of guild roles reached (250)");
    public static readonly ApiError MaximumReactions = new(400, 30010, "Maximum number of reactions reached (20)");
    public static readonly ApiError MaximumChannels = new(400, 30013, "Maximum number of guild channels reached (500)");
    public static readonly ApiError MaximumAttachments = new(400, 30015, "Maximum number of attachments in a message reached (10)");
    public static readonly ApiError MaximumInvites = new(400, 30016, "Maximum number of invites reached (1000)");
    public static readonly ApiError MaximumMembers = new(400, 30019, "Maximum number of server members reached");
    public static readonly ApiError MaximumThreadMembers = new(400, 30033, "Max number of thread participants has been reached (1000)");
    public static readonly ApiError MaximumPinnedThreads = new(400, 30047, "Maximum number of pinned threads in a forum channel has been reached (1)");
    public static readonly ApiError MaximumOverwrites = new(400, 30060, "Maximum number of permission overwrites reached (1000)");
    public static readonly ApiError InvitesPaused = new(403, 40006, "Invites are currently paused for this server");
    public static readonly ApiError RequestTooLarge = new(413, 40005, "Request entity too large");
    public static readonly ApiError UserBanned = new(403, 40007, "The user is banned from this guild");
    public static readonly ApiError OwnsGuilds = new(400, 40011, "You must transfer ownership of any owned guilds before deleting your account");
    public static readonly ApiError NotConnectedToVoice = new(400, 40032, "Target user is not connected to voice.");
    public static readonly ApiError TagNamesNotUnique = new(400, 40061, "Tag names must be unique");
    public static readonly ApiError NoTagForMembers = new(400, 40066, "There are no tags available that can be set by non-moderators");
    public static readonly ApiError TagRequired = new(400, 40067, "A tag is required to create a forum post in this channel");
    public static readonly ApiError MissingAccess = new(403, 50001, "Missing Access");
    public static readonly ApiError InvalidAccountType = new(403, 50002, "Invalid account type");
    public static readonly ApiError CannotExecuteOnDm = new(403, 50003, "Cannot execute action on a DM channel");
    public static readonly ApiError CannotEditOthersMessage = new(403, 50005, "Cannot edit a message authored by another user");
    public static readonly ApiError EmptyMessage = new(400, 50006, "Cannot send an empty message");
    public static readonly ApiError CannotMessageUser = new(403, 50007, "Cannot send messages to this user");
    public static readonly ApiError NonTextChannel = new(400, 50008, "Cannot send messages in a non-text channel");
    public static readonly ApiError VerificationLevel = new(403, 50009, "Channel verification level is too high for you to gain access");
    public static readonly ApiError MissingPermissions = new(403, 50013, "Missing Permissions");
    public static readonly ApiError NoteTooLong = new(400, 50015, "Note was too long");
    public static readonly ApiError BulkDeleteCount = new(400, 50016, "Provided too few or too many messages to delete. Must provide at least 2 and at most 100 messages to delete");
    public static readonly ApiError PinWrongChannel = new(400, 50019, "A message can only be pinned to the channel it was sent in");
    public static readonly ApiError SystemMessage = new(403, 50021, "Cannot execute action on a system message");
    public static readonly ApiError ChannelType = new(400, 50024, "Cannot execute action on this channel type");
    public static readonly ApiError InvalidInviteCode = new(400, 50020, "Invite code was either invalid or taken");
    public static readonly ApiError InvalidAccessToken = new(403, 50025, "Invalid OAuth2 access token");
    public static readonly ApiError InvalidRole = new(400, 50028, "Invalid role");
    public static readonly ApiError InvalidRecipients = new(400, 50033, "Invalid Recipient(s)");
    public static readonly ApiError TooOldToBulkDelete = new(400, 50034, "You can only bulk delete messages that are under 14 days old.");
    public static readonly ApiError InvalidGuild = new(400, 50055, "Invalid Guild");
    public static readonly ApiError CommunityChannel = new(400, 50074, "Cannot delete a channel required for Community guilds");
    public static readonly ApiError ThreadArchived = new(400, 50083, "Tried to perform an operation on an archived thread, such as editing a message or adding a user to the thread");
    public static readonly ApiError InvalidSticker = new(400, 50081, "Invalid sticker sent");
    public static readonly ApiError InvalidJson = new(400, 50109, "The request body contains invalid JSON.");
    public static readonly ApiError InvalidFile = new(400, 50110, "The provided file is invalid.");
    public static readonly ApiError SoundTooLong = new(400, 50124, "The provided file duration exceeds maximum of 5.2 seconds.");
    public static readonly ApiError UploadNotFound = new(404, 50146, "The uploaded file was not found");
    public static readonly ApiError VoiceMessageContent = new(400, 50159, "Voice messages do not support additional content.");
    public static readonly ApiError VoiceMessageFiles = new(400, 50160, "Voice messages must have a single audio attachment.");
    public static readonly ApiError VoiceMessageMetadata = new(400, 50161, "Voice messages must have supporting metadata.");
    public static readonly ApiError VoiceMessageEdit = new(403, 50162, "Voice messages cannot be edited.");
    public static readonly ApiError VoiceMessageForbidden = new(403, 50173, "You cannot send voice messages in this channel");
    public static readonly ApiError NoMutualGuilds = new(403, 50278, "Cannot send messages to this user due to having no mutual guilds");
    public static readonly ApiError StickerForbidden = new(403, 50600, "You do not have permission to send this sticker.");
    public static readonly ApiError MfaEnrolled = new(400, 60001, "This account is already enrolled in two-factor authentication.");
    public static readonly ApiError MfaNotEnrolled = new(400, 60002, "This account is not enrolled in two-factor authentication.");
    public static readonly ApiError MfaRequired = new(403, 60003, "Two factor is required for this operation");
    public static readonly ApiError InvalidMfaSecret = new(400, 60005, "Invalid two-factor secret.");
    public static readonly ApiError InvalidMfaTicket = new(400, 60006, "Invalid two-factor auth ticket.");
    public static readonly ApiError InvalidMfaCode = new(400, 60008, "Invalid two-factor code.");
    public static readonly ApiError FriendRequestsDisabled = new(400, 80000, "Incoming friend requests disabled.");
    public static readonly ApiError FriendRequestBlocked = new(400, 80001, "Friend request blocked.");
    public static readonly ApiError BotsCannotHaveFriends = new(400, 80002, "Bots cannot have friends.");
    public static readonly ApiError FriendRequestToSelf = new(400, 80003, "Cannot send friend request to self.");
    public static readonly ApiError NoUserOfThatName = new(400, 80004, "No users with DiscordTag exist.");
    public static readonly ApiError NotFriends = new(400, 80006, "You need to be friends in order to make this change.");
    public static readonly ApiError AlreadyFriends = new(400, 80007, "You are already friends with that user.");
    public static readonly ApiError ReactionBlocked = new(403, 90001, "Reaction was blocked");
    public static readonly ApiError MaximumWebhooks = new(400, 30007, "Maximum number of webhooks reached (15)");
    public static readonly ApiError AlreadyCrossposted = new(400, 40033, "This message has already been crossposted.");
    public static readonly ApiError ReferenceNeedsHistory = new(403, 160009, "Cannot reference a message without permission to read message history");
    public static readonly ApiError CannotForward = new(400, 160014, "You cannot forward a message whose content you cannot read");
    public static readonly ApiError PollVotingBlocked = new(403, 520000, "Poll voting blocked");
    public static readonly ApiError PollExpired = new(400, 520001, "Poll expired");
    public static readonly ApiError CannotEditPoll = new(400, 520003, "Cannot edit a poll message");
    public static readonly ApiError CannotUsePollEmoji = new(400, 520004, "Cannot use an emoji included with the poll");
    public static readonly ApiError NotAPoll = new(400, 520006, "Cannot expire a non-poll message");
    public static readonly ApiError Overloaded = new(503, 130000, "API resource is currently overloaded. Try again a little later");
    public static readonly ApiError ReplyNeedsHistory = new(400, 160002, "Cannot reply without permission to read message history");
    public static readonly ApiError ThreadExists = new(400, 160004, "A thread has already been created for this message");
    public static readonly ApiError ThreadLocked = new(400, 160005, "Thread is locked");
    public static readonly ApiError MaximumActiveThreads = new(400, 160006, "Maximum number of active threads reached");
    public static readonly ApiError MaximumActiveAnnouncementThreads = new(400, 160007, "Maximum number of active announcement threads reached");
    public static readonly ApiError TitleBlocked = new(400, 200_001, "Title was blocked by automatic moderation");

    /// <summary>A rule of the guild blocked a message: 200000.</summary>
    /// <param name="words">What the rule says to its author; null: the usual words.</param>
    public static ApiError BlockedByAutoModeration(string? words) => new(400, 200_000, words ?? "Message was blocked by automatic moderation");

    public static readonly ApiError InvalidLottie = new(400, 170001, "Invalid Lottie JSON");

    /// <summary>A slowmode refusal.</summary>
    /// <param name="retryAfter">Seconds until the user may post again.</param>
    /// <remarks>20016 is answered with 429 and a retry_after, as the rate limits are.</remarks>
    public static ApiError Slowmode(double retryAfter) => new(429, 20016, "This action cannot be performed due to slowmode rate limit") { RetryAfter = retryAfter };

    public static ApiError MaximumEmojis(int max) => new(400, 30008, $"Maximum number of emojis reached ({max})");

    public static ApiError MaximumAnimatedEmojis(int max) => new(400, 30018, $"Maximum number of animated emojis reached ({max})");

    public static ApiError MaximumStickers(int max) => new(400, 30039, $"Maximum number of stickers reached ({max})");

    public static ApiError MaximumSounds(int max) => new(400, 30045, $"Maximum number of soundboard sounds reached ({max})");

    /// <summary>Per-field errors of an "Invalid Form Body" (50035), by the field's path.</summary>
    public FormErrors? Errors { get; init; }

    /// <summary>Seconds to wait, for the errors that are sent as 429.</summary>
    public double? RetryAfter { get; init; }

    public static ApiError InvalidFormBody(FormErrors errors) => new(400, 50035, "Invalid Form Body") { Errors = errors };

    /// <summary>A 50035 with one field.</summary>
    public static ApiError InvalidField(string path, string code, string message)
    {
        var errors = new FormErrors();
        errors.Add(path, code, message);
        return InvalidFormBody(errors);
    }
}

/// <summary>The tree of an error body's "errors": object keys and array indexes, with lists of code and message at the leaves.</summary>
/// <remarks>Source: Discord docs, Reference, "Error Messages". A path is dotted: "embeds.0.title"; the empty path is the whole body.</remarks>
public sealed class FormErrors
{
    private readonly List<(string Path, string Code, string Message)> _leaves = [];

    public bool Any => _leaves.Count > 0;

    public IReadOnlyList<(string Path, string Code, string Message)> Leaves => _leaves;

    public void Add(string path, string code, string message) => _leaves.Add((path, code, message));
}

/// <summary>Either a value or the <see cref="ApiError"/> that the caller sends back. Expected refusals return; only bugs throw.</summary>
public readonly struct Result<T>
{
    private readonly T? _value;

    private Result(T value) => _value = value;

    private Result(ApiError error) => Error = error;

    /// <summary>The refusal, or null when there is a value.</summary>
    public ApiError? Error { get; }

    /// <summary>The value.</summary>
    /// <exception cref="InvalidOperationException">There is an <see cref="Error"/> instead: the caller forgot to look.</exception>
    public T Value => Error is null ? _value! : throw new InvalidOperationException($"No value: {Error.Message}.");

    public static implicit operator Result<T>(T value) => new(value);

    public static implicit operator Result<T>(ApiError error) => new(error);
}
