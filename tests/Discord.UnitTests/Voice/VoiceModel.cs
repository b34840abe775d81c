using Discord.Modules.Guilds.Home;
using Discord.Modules.Voice.Servers;
using Discord.Modules.Voice.States;
using Discord.Protocol;
using Discord.UnitTests.Guilds;
using FsCheck;
using FsCheck.Fluent;

namespace Discord.UnitTests.Voice;

/// <summary>What can happen to people in voice.</summary>
internal enum Deed
{
    /// <summary>Op 4 with a channel: they come, move, or mute and deafen themselves; a second session of theirs takes over.</summary>
    Ask,
    Leave,
    Mute,
    Deafen,
    TimeOut,

    /// <summary>On the stage they ask to speak or do not any more, begin to speak, or go back to the audience.</summary>
    Wish,

    /// <summary>A moderator of the stage invites them to speak, or sends them back; somebody who is none tries to.</summary>
    Invite,

    /// <summary>They are given the role that carries SPEAK, or lose it.</summary>
    GiveRole,

    /// <summary>The role carries SPEAK from now on, or does not.</summary>
    ChangeRole,

    /// <summary>A room allows or denies SPEAK to them, or denies it to the role.</summary>
    Overwrite,

    /// <summary>A room is served from another region from now on.</summary>
    Region,

    /// <summary>A moderator moves them; one that may or may not fill full rooms.</summary>
    Move,
    Kick,
    Admit,
}

/// <param name="What">Two bits: on or off, and one more.</param>
/// <param name="IsSecond">It is another session of theirs that asks or leaves.</param>
internal sealed record Step(Deed Deed, int Who, int Room, int What, bool IsSecond);

/// <summary>What somebody does in voice.</summary>
/// <param name="Hand">Asks to speak, or is invited to.</param>
internal sealed record Sitting(int Room, bool IsSecond, bool SelfMute, bool SelfDeaf, bool Suppress, bool Hand = false);

/// <summary>Who sits where and may do what, by the rules as Discord tells them.</summary>
internal sealed class VoiceModel(VoiceHall hall)
{
    private static readonly StageWish[] s_wishes =
        [new(null, null, Asks: true, null), new(null, null, Asks: true, new Timestamp(0)), new(null, true, Asks: false, null), new(null, false, Asks: false, null)];

    private readonly Dictionary<int, Sitting> _sittings = [];
    private readonly Dictionary<(int Who, int Room), bool> _own = [];
    private readonly HashSet<int> _roomsWithoutSpeakers = [];
    private readonly Dictionary<int, string?> _regions = [];
    private bool _roleSpeaks = true;

    public IReadOnlyDictionary<int, Sitting> Sittings => _sittings;

    /// <summary>Where a room has to be served from; null: anywhere.</summary>
    public string? RegionOf(int room) => _regions.GetValueOrDefault(room);

    public static Arbitrary<List<Step>> Scripts(int people, int length) => Arb.From(
        (from deed in Gen.Elements<Deed>([.. Enumerable.Repeat(Deed.Ask, 6), .. Enum.GetValues<Deed>()])
         from who in Gen.Choose(0, people - 1)
         from room in Gen.Choose(0, 3)
         from what in Gen.Choose(0, 3)
         from second in Gen.Choose(0, 5)
         select new Step(deed, who, room, what, second == 0)).ListOf(length).Select(steps => steps.ToList()));

    public async Task DoAsync(Step step)
    {
        var (who, room) = (step.Who, step.Room);
        var (isOn, isOther) = ((step.What & 1) != 0, (step.What & 2) != 0);
        var sitting = _sittings.GetValueOrDefault(who);
        switch (step.Deed)
        {
            case Deed.Ask:
                await hall.SpeakAsync(who, room, step.What, step.IsSecond);
                if (sitting?.Room == room && sitting.IsSecond == step.IsSecond)
                    _sittings[who] = sitting with { SelfMute = isOn, SelfDeaf = isOther };
                else if (MayJoin(who, room))
                    _sittings[who] = new Sitting(room, step.IsSecond, isOn, isOther, IsSilentAtFirst(who, room));
                break;
            case Deed.Leave:
                await hall.SpeakAsync(who, null, 0, step.IsSecond);
                if (sitting?.IsSecond == step.IsSecond)
                    _sittings.Remove(who);
                break;
            case Deed.Mute or Deed.Deafen when hall.IsMember(who):
                await hall.SetAsync(who, member => member.Silenced(step.Deed == Deed.Mute ? isOn : null, step.Deed == Deed.Deafen ? isOn : null));
                break;
            case Deed.TimeOut when hall.IsMember(who):
                await hall.SetAsync(who, member => member with { TimeoutUntil = isOn ? Timestamp.From(hall.Clock.GetUtcNow().AddHours(1)) : null });
                break;
            case Deed.Wish:
                await hall.WishAsync(who, s_wishes[step.What], moderator: null);
                if (sitting?.Room == VoiceHall.Stage)
                    _sittings[who] = Wished(who, sitting, step.What);
                break;
            case Deed.Invite:
                await hall.WishAsync(who, new StageWish(null, isOn, Asks: false, null), isOther ? Permissions.MuteMembers : Permissions.None);
                if (sitting?.Room == VoiceHall.Stage && isOther && (isOn || sitting.Suppress))
                    _sittings[who] = sitting with { Suppress = isOn, Hand = !isOn };
                break;
            case Deed.Region:
                await hall.SetRegionAsync(room, _regions[room] = isOn ? isOther ? "far" : "local" : null);
                break;
            case Deed.GiveRole when hall.IsMember(who):
                await hall.SetAsync(who, member => member.WithRoles(isOn ? member.Roles.Append(VoiceHall.Speaker) : member.Roles.Where(role => role != VoiceHall.Speaker)));
                break;
            case Deed.ChangeRole:
                await hall.ReviewAsync(_roleSpeaks = isOn);
                break;
            case Deed.Overwrite:
                await OverwriteAsync(who, room, isOn, isOther);
                break;
            case Deed.Move:
                // Wherever it is: they need not see it.
                await hall.MoveAsync(who, room, isOn ? Permissions.MoveMembers : Permissions.None);
                if (sitting is not null && sitting.Room != room && (isOn || HasRoom(who, room)))
                    _sittings[who] = sitting with { Room = room, Suppress = IsSilentAtFirst(who, room), Hand = false };
                break;
            case Deed.Kick:
                hall.Kick(who);
                _sittings.Remove(who);
                break;
            case Deed.Admit:
                hall.Admit(who);
                break;
        }

        // Whatever it was, everybody is silent who may not speak; but who speaks on a stage does so until they may not even be there.
        foreach (var (other, there) in _sittings)
        {
            var isSilent = there.Room == VoiceHall.Stage ? there.Suppress || IsTimedOut(other) : !MaySpeak(other, there.Room);
            _sittings[other] = there with { Suppress = isSilent, Hand = there.Hand && (there.Suppress || !isSilent) };
        }
    }

    public VoiceRights Rights(int who) => _sittings[who] is var sitting && hall.Wire(who) is var member
        ? (sitting.SelfDeaf || member.Deaf ? 0 : VoiceRights.Hear) | (sitting.SelfMute || sitting.Suppress || member.Mute ? 0 : VoiceRights.Speak)
        : 0;

    /// <summary>Whether what one says reaches the other.</summary>
    public bool Hears(int listener, int speaker) => listener != speaker && _sittings[listener].Room == _sittings[speaker].Room
        && Rights(speaker).HasFlag(VoiceRights.Speak) && Rights(listener).HasFlag(VoiceRights.Hear);

    private async Task OverwriteAsync(int who, int room, bool isOn, bool ofRole)
    {
        if (ofRole && isOn)
            _roomsWithoutSpeakers.Add(room);
        else if (ofRole)
            _roomsWithoutSpeakers.Remove(room);
        else if (!_own.TryAdd((who, room), isOn))
            _own.Remove((who, room));
        await hall.OverwriteAsync(room,
        [
            .. _roomsWithoutSpeakers.Contains(room) ? [Guildhall.ForRole(VoiceHall.Speaker, deny: Permissions.Speak)] : Array.Empty<Overwrite>(),
            .. _own.Where(own => own.Key.Room == room).Select(own => Guildhall.ForMember(hall.Ids[own.Key.Who], own.Value ? Permissions.Speak : 0, own.Value ? 0 : Permissions.Speak)),
        ]);
    }

    // As s_wishes: not any more, now, back to the audience, on to the stage.
    private Sitting Wished(int who, Sitting sitting, int what) => what switch
    {
        0 => sitting with { Hand = false },
        1 when !sitting.Suppress => sitting with { Hand = false },
        1 => IsTimedOut(who) || who % 2 != 0 ? sitting : sitting with { Hand = true },
        2 => sitting with { Suppress = true, Hand = sitting.Hand && sitting.Suppress },
        _ => sitting.Suppress && (IsTimedOut(who) || who != 0) ? sitting : sitting with { Suppress = false, Hand = false },
    };

    private bool MayJoin(int who, int room) => hall.IsMember(who) && !IsTimedOut(who) && hall.Sees(who, room) && HasRoom(who, room);

    private bool HasRoom(int who, int room) => room != VoiceHall.Small || _sittings.Count(other => other.Key != who && other.Value.Room == room) < VoiceHall.SmallSeats;

    private bool IsTimedOut(int who) => hall.Wire(who).CommunicationDisabledUntil is not null;

    private bool IsSilentAtFirst(int who, int room) => room == VoiceHall.Stage || !MaySpeak(who, room);

    private bool MaySpeak(int who, int room) => !IsTimedOut(who)
        && (_own.TryGetValue((who, room), out var own) ? own : _roleSpeaks && hall.Holds(who, VoiceHall.Speaker) && !_roomsWithoutSpeakers.Contains(room));
}
