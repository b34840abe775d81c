using Discord.IntegrationTests.Sites;
using Discord.Modules.Messaging.Contracts;
using Discord.Modules.Messaging.ReadStates;
using Discord.Protocol;
using FsCheck;
using FsCheck.Fluent;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>
/// Random sends, acks, deletions, roles, settings, blocks and hidden channels over several people, against a model that looks at every message each
/// time: what the server says of unread and mentioned is what the model counts, after every step.
/// </summary>
public abstract class ReadStateModelTests(Site site) : ApiTests(site)
{
    private const int People = 3;

    private static readonly Arbitrary<List<Step>> s_scripts = Arb.From(
        (from kind in Gen.Choose(0, Step.Kinds - 1)
         from who in Gen.Choose(0, People - 1)
         from place in Gen.Choose(0, 2)
         from what in Gen.Choose(0, 63)
         select new Step(kind, who, place, what)).ListOf(40).Select(steps => steps.ToList()));

    [Fact]
    public void The_server_counts_what_the_model_counts() =>
        Prop.ForAll(s_scripts, script => RunAsync(script)).Check(Config.QuickThrowOnFailure.WithMaxTest(12).WithQuietOnSuccess(true));

    private async Task RunAsync(List<Step> script)
    {
        var world = await World.MakeAsync(Host);
        foreach (var step in script)
        {
            await world.DoAsync(step);
            await world.CompareAsync(step);
        }
    }

    public sealed record Step(int Kind, int Who, int Place, int What)
    {
        public const int Kinds = 14;
    }

    private sealed class Said
    {
        public required Snowflake Id { get; init; }
        public required int Place { get; init; }
        public required int Author { get; init; }
        public IReadOnlyList<int> Names { get; init; } = [];
        public IReadOnlyList<int> Roles { get; init; } = [];
        public bool Everyone { get; init; }
        public bool Deleted { get; set; }
    }

    /// <summary>Three people in one guild with two channels and two roles; the first two have a direct message.</summary>
    private sealed class World(TestHost host, Hall hall, IReadOnlyList<Account> people, IReadOnlyList<Snowflake> places, IReadOnlyList<Snowflake> roles)
    {
        private const int Direct = 2;

        private readonly List<Said> _said = [];
        private readonly Dictionary<(int Who, int Place), Snowflake> _read = [];
        private readonly HashSet<(int Who, int Role)> _holds = [];
        private readonly HashSet<int> _noEveryone = [], _noRoles = [], _mutedDirect = [];
        private readonly HashSet<int> _hidden = [];
        private readonly HashSet<(int Who, int Whom)> _blocked = [];

        public static async Task<World> MakeAsync(TestHost host)
        {
            Account[] people = [await host.RegisterAsync(), await host.RegisterAsync(), await host.RegisterAsync()];
            var hall = await host.CreateGuildAsync(people[0]);
            await host.JoinAsync(hall, people[1], people[2]);
            var second = await host.CreateChannelAsync(hall, new { name = "second", type = 0 });
            var direct = TestHost.Id((await host.SendAsync("POST", "/users/@me/channels", people[0], new { recipient_id = people[1].Id.ToString() })).Is(200).Json["id"]);
            var roles = new List<Snowflake>();
            for (var i = 0; i < 2; i++)
                roles.Add(TestHost.Id((await host.SendAsync("POST", $"/guilds/{hall.Id}/roles", people[0], new { name = "role", mentionable = true })).Is(200).Json["id"]));
            return new World(host, hall, people, [hall.ChannelId, second, direct], roles);
        }

        public async Task DoAsync(Step step)
        {
            var (who, place, what) = (step.Who, step.Place, step.What);
            var living = _said.Where(message => Sees(who, message.Place) && !message.Deleted).ToList();
            switch (step.Kind)
            {
                case 0 or 1 or 2 or 3 when Sees(who, place):
                    await SayAsync(who, place, what);
                    break;
                case 4 or 5 when living.Count > 0:
                    var read = living[what % living.Count];
                    await AckAsync(who, read, null);
                    _read[(who, read.Place)] = Max(Read(who, read.Place), read.Id);
                    break;
                case 6 when living.Count > 0:
                    var unread = living[what % living.Count];
                    // What a client sends along is what it counts itself.
                    await AckAsync(who, unread, what % 2 == 0 ? new { manual = true } : new { manual = true, mention_count = Count(who, unread.Place, unread.Id) });
                    _read[(who, unread.Place)] = unread.Id;
                    break;
                case 7 when living.Count > 0:
                    var doomed = living[what % living.Count];
                    await AsAsync(doomed.Place == Direct ? doomed.Author : 0, "DELETE", $"/channels/{places[doomed.Place]}/messages/{doomed.Id}");
                    doomed.Deleted = true;
                    break;
                case 8:
                    await AsAsync(0, Toggle(_holds, (who, what % 2)) ? "PUT" : "DELETE", $"/guilds/{hall.Id}/members/{people[who].Id}/roles/{roles[what % 2]}");
                    break;
                case 9:
                    var (noEveryone, noRoles) = (what % 3 == 0 ? Toggle(_noEveryone, who) : _noEveryone.Contains(who), what % 3 == 1 ? Toggle(_noRoles, who) : _noRoles.Contains(who));
                    await AsAsync(who, "PATCH", $"/users/@me/guilds/{hall.Id}/settings", new { suppress_everyone = noEveryone, suppress_roles = noRoles, muted = what % 2 == 0 });
                    break;
                case 10 when who < 2:
                    await AsAsync(who, "PATCH", "/users/@me/guilds/@me/settings", new { channel_overrides = new Dictionary<string, object> { [places[Direct].ToString()] = new { muted = Toggle(_mutedDirect, who) } } });
                    break;
                case 11 when who > 0:
                    var deny = Toggle(_hidden, who) ? "1024" : "0";
                    await AsAsync(0, "PUT", $"/channels/{places[1]}/permissions/{people[who].Id}", new { type = 1, allow = "0", deny });
                    break;
                case 13:
                    // Not between the two who talk to each other: that would end it.
                    var whom = who == 2 ? what % 2 : 2;
                    if (Toggle(_blocked, (who, whom)))
                        await AsAsync(who, "PUT", $"/users/@me/relationships/{people[whom].Id}", new { type = 2 });
                    else
                        await AsAsync(who, "DELETE", $"/users/@me/relationships/{people[whom].Id}");
                    break;
                case 12 when what % 2 == 0:
                    await host.Services.GetRequiredService<OwnReads>().SaveAsync();
                    break;
                case 12:
                    await AsAsync(who, "POST", $"/guilds/{hall.Id}/ack");
                    for (var i = 0; i < Direct; i++)
                    {
                        if (Sees(who, i) && _said.LastOrDefault(message => message.Place == i) is { } newest)
                            _read[(who, i)] = Max(Read(who, i), newest.Id);
                    }

                    break;
            }
        }

        public async Task CompareAsync(Step step)
        {
            var mediator = host.Services.GetRequiredService<IMediator>();
            for (var who = 0; who < People; who++)
            {
                var states = (await mediator.Send(new GetReadStates(people[who].Id))).ToDictionary(state => state.Id);
                for (var place = 0; place < places.Count; place++)
                {
                    var said = states.GetValueOrDefault(places[place]);
                    var expected = Sees(who, place) ? (Read(who, place), Count(who, place, Read(who, place))) : (default, 0);
                    Assert.True(expected == (said?.LastMessageId ?? default, said?.MentionCount ?? 0), $"after {step}: person {who} in place {place}: the model has {expected}, the server {said}");
                }
            }
        }

        private async Task SayAsync(int who, int place, int what)
        {
            int[] names = (what & 1) != 0 ? [(who + 1 + (what >> 4)) % People] : [];
            int[] named = (what & 2) != 0 ? [what >> 5] : [];
            var everyone = (what & 12) == 12;
            var content = string.Join(' ', [$"say {what}", .. names.Select(name => $"<@{people[name].Id}>"), .. named.Select(role => $"<@&{roles[role]}>"), everyone ? "@everyone" : ""]);
            _said.Add(new Said { Id = await host.PostAsync(people[who], places[place], content), Place = place, Author = who, Names = names, Roles = named, Everyone = everyone });
            _read[(who, place)] = _said[^1].Id;
        }

        private bool Sees(int who, int place) => place switch
        {
            Direct => who < 2,
            1 => !_hidden.Contains(who),
            _ => true,
        };

        private Snowflake Read(int who, int place) => _read.GetValueOrDefault((who, place));

        private int Count(int who, int place, Snowflake above) => _said.Count(message => message.Place == place && !message.Deleted && message.Id > above && message.Author != who && !_blocked.Contains((who, message.Author)) && Mentions(message, who));

        private bool Mentions(Said message, int who) =>
            message.Names.Contains(who)
            || (message.Place == Direct ? !_mutedDirect.Contains(who) : (message.Everyone && !_noEveryone.Contains(who)) || (message.Roles.Any(role => _holds.Contains((who, role))) && !_noRoles.Contains(who)));

        private Task AckAsync(int who, Said message, object? body) => AsAsync(who, "POST", $"/channels/{places[message.Place]}/messages/{message.Id}/ack", body ?? new { token = (string?)null });

        private async Task AsAsync(int who, string method, string path, object? body = null)
        {
            var answer = await host.SendAsync(method, path, people[who], body);
            Assert.True(answer.Status is >= 200 and < 300, $"{method} {path}: {answer.Status} {answer.Body}");
        }

        private static Snowflake Max(Snowflake left, Snowflake right) => left > right ? left : right;

        private static bool Toggle<T>(HashSet<T> set, T value)
        {
            if (set.Remove(value))
                return false;
            return set.Add(value);
        }
    }
}

public sealed class SqliteReadStateModelTests(SqliteSite site) : ReadStateModelTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresReadStateModelTests(PostgresSite site) : ReadStateModelTests(site), IClassFixture<PostgresSite>;
