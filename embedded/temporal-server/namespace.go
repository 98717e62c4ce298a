package main

import (
	"context"
	"errors"
	"flag"
	"time"

	"go.temporal.io/api/namespace/v1"
	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/durationpb"
)

// updateNamespace sets how long a server keeps closed workflows. The chart calls it for its development server.
func updateNamespace(arguments []string) (err error) {
	set := flag.NewFlagSet("operator namespace update", flag.ContinueOnError)
	server := set.String("address", "127.0.0.1:7233", "host and port of the server")
	name := set.String("namespace", "default", "namespace to change")
	retention := set.Duration("retention", 0, "how long closed workflows are kept")
	if err := set.Parse(arguments); err != nil {
		return err
	}
	if *retention == 0 {
		return errors.New("--retention is missing")
	}
	connection, err := grpc.NewClient(*server, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, connection.Close()) }()
	limited, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	_, err = workflowservice.NewWorkflowServiceClient(connection).UpdateNamespace(limited,
		&workflowservice.UpdateNamespaceRequest{
			Namespace: *name,
			Config: &namespace.NamespaceConfig{
				WorkflowExecutionRetentionTtl: durationpb.New(*retention),
			},
		})
	return err
}
