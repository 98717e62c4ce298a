package main

import (
	"fmt"
	"net"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"github.com/google/uuid"
	uiserver "github.com/temporalio/ui-server/v2/server"
	uiconfig "github.com/temporalio/ui-server/v2/server/config"
	uioptions "github.com/temporalio/ui-server/v2/server/server_options"
	"go.temporal.io/server/common/authorization"
	"go.temporal.io/server/common/cluster"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/dynamicconfig"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/membership/static"
	"go.temporal.io/server/common/metrics"
	"go.temporal.io/server/common/primitives"
	"go.temporal.io/server/temporal"
)

const (
	loopback    = "127.0.0.1"
	clusterName = "active"
	storeName   = "sqlite"
)

// startServer runs the server until the process gets SIGINT or SIGTERM.
func startServer(arguments []string) error {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM)
	f, err := parseServerFlags(arguments)
	if err != nil {
		return err
	}
	if err := assertFree(f.ip, f.port); err != nil {
		return err
	}
	logger := newLogger(f.logLevel)
	server, err := newServer(f, logger)
	if err != nil {
		return err
	}
	// The UI comes first, so that it is there for whoever waits for the server.
	ended := make(chan error, 1)
	if !f.headless {
		if err := startUI(f, ended); err != nil {
			return err
		}
	}
	if err := server.Start(); err != nil {
		return err
	}
	select {
	case err := <-ended:
		return fmt.Errorf("the web UI ended: %w", err)
	case <-stop:
		return server.Stop()
	}
}

func assertFree(ip string, port int) error {
	listener, err := net.Listen("tcp", address(ip, port))
	if err != nil {
		return err
	}
	return listener.Close()
}

func newLogger(level string) log.Logger {
	if level == "never" {
		return log.NewNoopLogger()
	}
	return log.NewZapLogger(log.BuildZapLogger(log.Config{Level: level, Format: "console"}))
}

// startUI returns when the UI accepts connections. The UI ends with the process: it holds nothing that must be saved.
func startUI(f *serverFlags, ended chan<- error) error {
	if err := assertFree(f.uiIP, f.uiPort); err != nil {
		return err
	}
	ui := uiserver.NewServer(uioptions.WithConfigProvider(&uiconfig.Config{
		Host:                f.uiIP,
		Port:                f.uiPort,
		TemporalGRPCAddress: address(reachable(f.ip), f.port),
		EnableUI:            true,
		DisableNewsFetch:    true,
		HideLogs:            true,
		CORS:                uiconfig.CORS{CookieInsecure: true},
	}))
	go func() { ended <- ui.Start() }()
	return waitUntilOpen(address(reachable(f.uiIP), f.uiPort))
}

func waitUntilOpen(target string) error {
	deadline := time.Now().Add(30 * time.Second)
	for {
		connection, err := net.DialTimeout("tcp", target, time.Second)
		if err == nil {
			return connection.Close()
		}
		if time.Now().After(deadline) {
			return err
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func newServer(f *serverFlags, logger log.Logger) (temporal.Server, error) {
	internal, err := freePorts(3)
	if err != nil {
		return nil, err
	}
	services := map[primitives.ServiceName]config.RPC{
		primitives.FrontendService: {BindOnIP: f.ip, GRPCPort: f.port},
		primitives.HistoryService:  {BindOnIP: loopback, GRPCPort: internal[0]},
		primitives.MatchingService: {BindOnIP: loopback, GRPCPort: internal[1]},
		primitives.WorkerService:   {BindOnIP: loopback, GRPCPort: internal[2]},
	}
	database, err := openDatabase(f)
	if err != nil {
		return nil, err
	}
	hosts := map[primitives.ServiceName]static.Hosts{}
	for name, rpc := range services {
		hosts[name] = static.SingleLocalHost(address(reachable(rpc.BindOnIP), rpc.GRPCPort))
	}
	settings := serverConfig(f, services, database)
	authorizer, err := authorization.GetAuthorizerFromConfig(&settings.Global.Authorization)
	if err != nil {
		return nil, err
	}
	claimMapper, err := authorization.GetClaimMapperFromConfig(&settings.Global.Authorization, logger)
	if err != nil {
		return nil, err
	}
	return temporal.NewServer(
		temporal.WithConfig(settings),
		temporal.ForServices(temporal.DefaultServices),
		temporal.WithStaticHosts(hosts),
		temporal.WithLogger(logger),
		temporal.WithAuthorizer(authorizer),
		temporal.WithClaimMapper(func(*config.Config) authorization.ClaimMapper { return claimMapper }),
		temporal.WithDynamicConfigClient(dynamicConfig(f)),
	)
}

func serverConfig(
	f *serverFlags,
	services map[primitives.ServiceName]config.RPC,
	database *config.SQL,
) *config.Config {
	frontend := address(reachable(f.ip), f.port)
	settings := &config.Config{
		Global: config.Global{
			Membership: config.Membership{MaxJoinDuration: 30 * time.Second, BroadcastAddress: loopback},
		},
		Persistence: config.Persistence{
			DefaultStore:     storeName,
			VisibilityStore:  storeName,
			NumHistoryShards: 1,
			DataStores:       map[string]config.DataStore{storeName: {SQL: database}},
		},
		ClusterMetadata: &cluster.Config{
			FailoverVersionIncrement: 10,
			MasterClusterName:        clusterName,
			CurrentClusterName:       clusterName,
			ClusterInformation: map[string]cluster.ClusterInformation{clusterName: {
				Enabled:                true,
				InitialFailoverVersion: 1,
				RPCAddress:             frontend,
				ClusterID:              uuid.NewString(),
			}},
		},
		DCRedirectionPolicy: config.DCRedirectionPolicy{Policy: "noop"},
		Services:            map[string]config.Service{},
		PublicClient:        config.PublicClient{HostPort: frontend},
	}
	for name, rpc := range services {
		settings.Services[string(name)] = config.Service{RPC: rpc}
	}
	if f.metricsPort != 0 {
		settings.Global.Metrics = &metrics.Config{Prometheus: &metrics.PrometheusConfig{
			ListenAddress: address(f.ip, f.metricsPort),
			HandlerPath:   "/metrics",
		}}
	}
	settings.Archival.History.State = "disabled"
	settings.Archival.Visibility.State = "disabled"
	settings.NamespaceDefaults.Archival.History.State = "disabled"
	settings.NamespaceDefaults.Archival.Visibility.State = "disabled"
	return settings
}

// What Temporal's command-line tool sets for its development server: a server for one user needs no quotas, and a new
// search attribute can be used at once.
func dynamicConfig(f *serverFlags) dynamicconfig.Client {
	values := dynamicconfig.StaticClient{
		dynamicconfig.ForceSearchAttributesCacheRefreshOnRead.Key():      true,
		dynamicconfig.FrontendMaxNamespaceVisibilityRPSPerInstance.Key(): 100,
		dynamicconfig.FrontendPersistenceMaxQPS.Key():                    10_000,
		dynamicconfig.HistoryPersistenceMaxQPS.Key():                     45_000,
		dynamicconfig.HistoryCacheHostLevelMaxSize.Key():                 8_096,
	}
	for key, value := range f.dynamicConfig {
		values[dynamicconfig.MakeKey(key)] = value
	}
	return values
}

// All are open at the same time, so that they differ.
func freePorts(count int) ([]int, error) {
	ports := make([]int, count)
	for i := range ports {
		listener, err := net.Listen("tcp", address(loopback, 0))
		if err != nil {
			return nil, err
		}
		defer func() { _ = listener.Close() }()
		ports[i] = listener.Addr().(*net.TCPAddr).Port
	}
	return ports, nil
}

// reachable is the address for this process, which cannot connect to an unspecified one.
func reachable(ip string) string {
	if parsed := net.ParseIP(ip); parsed != nil && parsed.IsUnspecified() {
		return loopback
	}
	return ip
}

func address(ip string, port int) string {
	return net.JoinHostPort(ip, strconv.Itoa(port))
}
