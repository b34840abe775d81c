using System.CommandLine;
using System.Net.Sockets;
using Discord.Host.Api;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Host.Cli;

/// <summary>The command line: serve (the default), doctor, user, guild, routes.</summary>
internal static class Commands
{
    private static readonly Option<string?> s_data = new("--data") { Description = "Folder of everything that is kept (default: data).", Recursive = true };
    private static readonly Option<string?> s_urls = new("--urls") { Description = "Addresses to listen on, separated by semicolons; replaces every HTTP and HTTPS listener.", Recursive = true };

    private static readonly Option<string?> s_role = new("--role") { Description = "all (the default), or voice: only carry voice, for the server that Voice:Home names.", Recursive = true };

    public static Task<int> RunAsync(string[] args)
    {
        s_role.AcceptOnlyFromAmong("all", "voice");
        var serve = new Command("serve", "Serves until it is stopped (the default).");
        serve.SetAction(ServeAsync);
        var doctor = new Command("doctor", "Checks the data folder, ports, clock and native libraries, and says in words what is wrong.");
        doctor.SetAction((parsed, _) => Doctor.RunAsync(Settings(parsed)));
        var routes = new Command("routes", "Lists every REST operation: operation id, method, path.");
        routes.SetAction(parsed => ListRoutes(parsed));

        var root = new RootCommand("A self-hosted chat server that speaks Discord's API.") { s_data, s_urls, s_role, serve, doctor, User(), Guild(), routes };
        root.SetAction(ServeAsync);
        // The host hears SIGTERM itself, and takes longer to stop cleanly than the two seconds that it would be given here.
        return root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    /// <summary>What the command line said, as settings.</summary>
    private static Dictionary<string, string?> Settings(ParseResult parsed)
    {
        var settings = new Dictionary<string, string?>();
        if (parsed.GetValue(s_data) is { } data)
            settings["Data"] = data;
        if (parsed.GetValue(s_urls) is { } urls)
            settings["Listen:Urls"] = urls;
        return settings;
    }

    private static async Task<int> ServeAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        try
        {
            if (parsed.GetValue(s_role) == "voice")
            {
                await VoiceCarrier.RunAsync(Settings(parsed), cancellationToken);
                return 0;
            }

            await using var server = ChatServer.Create(Settings(parsed));
            await server.StartAsync(cancellationToken);
            await server.WaitAsync();
            return 0;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped before it had started.");
            return 0;
        }
        catch (Exception e) when (IsExpected(e))
        {
            await Console.Error.WriteLineAsync($"Cannot start: {e.Message.ReplaceLineEndings(" ")}");
            return 1;
        }
    }

    private static Command User()
    {
        var name = new Option<string>("--username") { Required = true };
        var email = new Option<string>("--email") { Required = true };
        var password = new Option<string>("--password") { Required = true };
        var owner = new Option<bool>("--owner") { Description = "Make it the owner of this server." };
        var create = new Command("create", "Makes an account. Run it while the server is stopped.") { name, email, password, owner };
        create.SetAction((parsed, _) => WithStoresAsync(parsed, async mediator =>
        {
            var made = await mediator.Send(new CreateAccount(parsed.GetValue(name)!, parsed.GetValue(email)!, parsed.GetValue(password)!, parsed.GetValue(owner)));
            if (made.Error is { } refused)
            {
                await Console.Error.WriteLineAsync(string.Join('\n', refused.Errors?.Leaves.Select(leaf => $"{leaf.Path}: {leaf.Message}") ?? [refused.Message]));
                return 1;
            }

            Console.WriteLine($"{made.Value.Username} has the id {made.Value.Id}{(parsed.GetValue(owner) ? " and owns this server now; who owned it before does no longer" : "")}.");
            return 0;
        }));

        var guild = new Option<string>("--guild") { Description = "The guild's id.", Required = true };
        var count = new Option<int>("--count") { Description = "1 to 1000000.", Required = true };
        var seed = new Command("seed", "Fills a guild with members that nobody can log in as, to try how a large one behaves. Run it while the server is stopped.") { guild, count };
        seed.SetAction((parsed, _) => WithStoresAsync(parsed, async mediator =>
        {
            if (!Snowflake.TryParse(parsed.GetValue(guild), out var guildId) || parsed.GetValue(count) is < 1 or > 1_000_000)
            {
                await Console.Error.WriteLineAsync("--guild must be an id and --count a number from 1 to 1000000.");
                return 1;
            }

            var users = await mediator.Send(new SeedUsers(parsed.GetValue(count)));
            if (!await mediator.Send(new SeedMembers(guildId, users)))
            {
                await Console.Error.WriteLineAsync($"There is no guild {guildId}.");
                return 1;
            }

            Console.WriteLine($"{users.Count} members were added to {guildId}.");
            return 0;
        }));
        var type = new Option<int>("--type") { Description = "0 none, 1 classic, 2 full, 3 basic.", Required = true };
        var premium = new Command("premium", "Sets somebody's premium type: all but 0 may upload large files and show pictures of 1080p60. Run it while the server is stopped.") { name, type };
        premium.SetAction((parsed, _) => WithStoresAsync(parsed, async mediator =>
        {
            if (parsed.GetValue(type) is < 0 or > 3 || !await mediator.Send(new SetPremiumType(parsed.GetValue(name)!, parsed.GetValue(type))))
            {
                await Console.Error.WriteLineAsync("--type must be a number from 0 to 3, and --username the name of somebody.");
                return 1;
            }

            Console.WriteLine($"{parsed.GetValue(name)} has the premium type {parsed.GetValue(type)} now.");
            return 0;
        }));
        return new Command("user", "Accounts, by hand.") { create, seed, premium };
    }

    private static Command Guild()
    {
        var id = new Argument<string>("id") { Description = "The guild's id." };
        var tier = new Argument<int>("tier") { Description = "0 to 3." };
        var premium = new Command("premium", "Gives a guild a level of boosts. Run it while the server is stopped.") { id, tier };
        premium.SetAction((parsed, _) => WithStoresAsync(parsed, async mediator =>
        {
            if (!Snowflake.TryParse(parsed.GetValue(id), out var guildId) || parsed.GetValue(tier) is < 0 or > 3)
            {
                await Console.Error.WriteLineAsync("The id must be an id and the level a number from 0 to 3.");
                return 1;
            }

            if (!await mediator.Send(new SetPremiumTier(guildId, parsed.GetValue(tier))))
            {
                await Console.Error.WriteLineAsync($"There is no guild {guildId}.");
                return 1;
            }

            Console.WriteLine($"{guildId} has level {parsed.GetValue(tier)} now.");
            return 0;
        }));
        return new Command("guild", "Guilds, by hand.") { premium };
    }

    // What a person can mend: settings, ports, files, a database that does not answer.
    private static bool IsExpected(Exception e) => e is IOException or InvalidDataException or InvalidOperationException or SocketException or UnauthorizedAccessException or System.Data.Common.DbException;

    private static async Task<int> WithStoresAsync(ParseResult parsed, Func<IMediator, Task<int>> work)
    {
        var settings = Settings(parsed);
        settings["Serilog:MinimumLevel:Default"] = "Warning";
        try
        {
            await using var server = ChatServer.Create(settings);
            await server.OpenAsync(CancellationToken.None);
            return await work(server.Services.GetRequiredService<IMediator>());
        }
        catch (Exception e) when (IsExpected(e))
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    private static int ListRoutes(ParseResult parsed)
    {
        var settings = Settings(parsed);
        // Nothing is opened: the list comes from the modules alone.
        settings.TryAdd("Data", Path.Combine(Path.GetTempPath(), "chat-routes"));
        settings["Listen:Urls"] = "http://127.0.0.1:0";
        settings["Serilog:MinimumLevel:Default"] = "Warning";
        var server = ChatServer.Create(settings);
        foreach (var route in server.Services.GetRequiredService<ApiPipeline>().Routes)
            Console.WriteLine($"{route.OperationId} {route.Method} {route.Pattern}");
        return 0;
    }
}
